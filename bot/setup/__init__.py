"""The guided first start: `chibo setup` asks for what is missing, and ends with the bot answering.

Each step looks at what is there first: done, it is said and skipped. So it can be broken off anywhere and taken
up again, and each answer is kept whole as soon as it is given.
"""
