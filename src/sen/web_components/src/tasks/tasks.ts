// Pages of tasks: choosing units by name, a document beside its proposed tasks, keys of the list.
import { defineIntake, startHighlights } from "./intake";
import { startList } from "./list";
import { defineUnits } from "./units";

defineUnits();
defineIntake();
startHighlights();
startList();
