#!/usr/bin/env node
import { serve } from "@paios/shared/serve";
import { front } from "./front.ts";

serve(front);
