// Prints the latitude and longitude that world-countries gives for each alpha-3 code, as JSON.
import countries from "world-countries";

console.log(JSON.stringify(Object.fromEntries(countries.map((row) => [row.cca3, row.latlng]))));
