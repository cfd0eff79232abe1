"""Who may do what, how often, how much at a time and for how long: in front of every route.

From the outside in: sites that may use the API (`cors`), keys, scopes and rates (`gate`), a body
that has to keep arriving (`arriving`), and the work that is let in (`admission`).
"""
