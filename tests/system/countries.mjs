// Prints what country-coder knows of the codes given, as JSON by code.
import { feature } from "@rapideditor/country-coder";

const known = process.argv.slice(2).map((code) => [code, feature(code)?.properties ?? null]);
console.log(JSON.stringify(Object.fromEntries(known)));
