"""What is called otherwise in files, for ever: a step, a question or an answer, in every place that names it."""
