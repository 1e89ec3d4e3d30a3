"""The auditor's questions: is the log whole, are the decisions the rules', do the tables agree."""
