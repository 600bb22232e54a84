// Reads a calendar with ical.js as fast as it lets us: one parse, series iterated up to the window's end.
// Usage: node feed_ical.mjs <path of ical.js> <file> <start> <end>; prints seconds and occurrences.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, file, from, to] = process.argv.slice(2);
const ICAL = (await import(pathToFileURL(library))).default;
const began = process.hrtime.bigint();
const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const start = Date.parse(from);
const end = Date.parse(to);
const day = 86_400_000;
const masters = new Map();
const overrides = new Map();
let found = 0;
// Without this ical.js looks through the whole calendar for the exceptions of each event.
const alone = { exceptions: [], strictExceptions: true };

function told(event) {
  return [event.uid, event.summary, event.description, event.location].join("").length;
}

function inside(time) {
  const moment = time.toJSDate().getTime();
  return moment >= start && moment < end;
}

for (const component of calendar.getAllSubcomponents("vevent")) {
  const uid = component.getFirstPropertyValue("uid");
  if (component.hasProperty("recurrence-id")) {
    if (!overrides.has(uid)) overrides.set(uid, []);
    overrides.get(uid).push(component);
  } else if (component.hasProperty("rrule") || component.hasProperty("rdate")) {
    masters.set(uid, component);
  } else {
    const time = component.getFirstPropertyValue("dtstart");
    const rough = Date.UTC(time.year, time.month - 1, time.day);
    if (rough < start - 2 * day || rough > end + 2 * day) continue;
    if (inside(time) && told(new ICAL.Event(component, alone)) > 0) found += 1;
  }
}
for (const [uid, component] of masters) {
  const event = new ICAL.Event(component, { exceptions: overrides.get(uid) ?? [], strictExceptions: true });
  overrides.delete(uid);
  const steps = event.iterator();
  for (let next = steps.next(); next; next = steps.next()) {
    const rough = Date.UTC(next.year, next.month - 1, next.day);
    if (rough > end + 2 * day) break;
    if (rough < start - 2 * day) continue;
    const details = event.getOccurrenceDetails(next);
    if (inside(details.startDate) && told(details.item) > 0) found += 1;
  }
}
for (const list of overrides.values()) {
  for (const component of list) if (inside(component.getFirstPropertyValue("dtstart"))) found += 1;
}
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
console.log(JSON.stringify({ seconds, found }));
