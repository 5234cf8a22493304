"""What the rest of incidents calls of procedures."""

from sen.apps.incidents.procedures.in_force import ProcedureInForce, procedure, procedures
from sen.apps.incidents.procedures.messages import filled, missing
from sen.apps.incidents.procedures.registration import KIND

__all__ = ["KIND", "ProcedureInForce", "filled", "missing", "procedure", "procedures"]
