import '../bridge/rules';
import './standard';
import './frameworks';
import './matplotlib';
import './numpy';
import './pil';
