"""HOW IT IS ASKED: the only folder that speaks strawberry."""
