"""How the other files of this folder change moto's classes."""


def extend(cls, name):
    """Replaces a method by a function that is given the original as its first argument."""

    def apply(function):
        original = getattr(cls, name)

        def method(self, *args, **kwargs):
            return function(original, self, *args, **kwargs)

        setattr(cls, name, method)
        return function

    return apply
