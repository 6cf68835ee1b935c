"""A task or a start form as the person sees it who is to fill it in."""
