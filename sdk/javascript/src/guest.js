// The component's side of the contract. Evaluated before the author's code.

import { fetch, fetchAll } from "rollcall:connector/http@1.0.0";
import { emit } from "rollcall:connector/log@1.0.0";

import { install } from "./environment.js";
import { connect } from "./host.js";

install(globalThis);
connect({ fetch, fetchAll, emit });
