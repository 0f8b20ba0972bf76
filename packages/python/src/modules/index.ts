import '../bridge/rules';
import './frameworks';
import './matplotlib';
import './numpy';
import './pil';
