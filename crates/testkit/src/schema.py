"""Holds documents against a published schema: python schemas.py SCHEMA FOLDER.

One line for each fault, with the name of its document; nothing where all of them keep to it.
"""

import json
import pathlib
import sys

schema, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
if schema.suffix == ".xsd":
    import xmlschema

    validator = xmlschema.XMLSchema(schema)

    def faults(text):
        return (f"{fault.path}: {fault.reason}" for fault in validator.iter_errors(text))

else:
    import jsonschema

    content = json.loads(schema.read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(content)
    kind.check_schema(content)
    validator = kind(content, format_checker=kind.FORMAT_CHECKER)

    def faults(text):
        found = validator.iter_errors(json.loads(text))
        return (f"{fault.json_path}: {fault.message}" for fault in found)


for document in sorted(folder.iterdir()):
    for fault in faults(document.read_text(encoding="utf-8")):
        print(f"{document.name}: {fault}".replace("\n", " "))
