"""Texts that anybody can check offline: signed notes, checkpoints, cosignatures, proof files."""
