// `using` needs it, and some script contexts (jest's among them) lack it; this module comes before every class that uses it
(Symbol as { dispose?: symbol }).dispose ??= Symbol('Symbol.dispose');
