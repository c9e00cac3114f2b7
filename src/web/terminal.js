// The session on the web page.
"use strict";
