import { torch } from '../index';

// what torch 2.13 draws after manual_seed(0)
describe('random numbers', () => {
  beforeEach(() => {
    torch.manual_seed(0);
  });

  it('fill a transpose in the order of its memory', () => {
    const t = torch.empty(2, 3).t().uniform_();
    expect(t.tolist()).toEqual([
      [0.49625658988952637, 0.13203048706054688],
      [0.7682217955589294, 0.30742281675338745],
      [0.08847743272781372, 0.6340786814689636],
    ]);
    torch.manual_seed(0);
    const like = torch.rand_like(torch.zeros(2, 3).t());
    expect([like.equal(t), like.stride()]).toEqual([true, [1, 3]]);
  });

  it('drop elements of a transpose in the order of its memory, of shared memory in that of its axes', () => {
    const kept = (t: torch.Tensor): unknown => torch.nn.functional.dropout(t, 0.5).ne(0).long().tolist();
    expect(kept(torch.ones(3, 4).t())).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [1, 1, 1],
      [0, 1, 1],
    ]);
    torch.manual_seed(0);
    expect(kept(torch.ones(1, 3).expand(2, 3))).toEqual([
      [0, 0, 1],
      [0, 0, 0],
    ]);
  });
});
