"""Changes as people write them, the end of the module of `faulty_classes`: some right, others with a fault."""

CHANGES = """class Returning(Change):
    kind = "recurrent weights"

    def initialise(self, weight, layout, length, *, generator):
        return 2 * weight


class Rebinding(Change):
    kind = "recurrent weights"

    def initialise(self, weight, layout, length, *, generator):
        weight = 2 * weight


class Shared(Change):
    kind = "recurrent weights"

    def initialise(self, weight, layout, length, *, generator):
        weight += np.random.standard_normal(weight.shape)


class Halved(Change):
    kind = "gradients"

    def limit(self, gradients, norm):
        for gradient in gradients:
            gradient /= 2


class Lost(Change):
    kind = "gradients"

    def limit(self, gradients, norm):
        gradients = [gradient / 2 for gradient in gradients]


class Given(Change):
    kind = "gradients"

    def limit(self, gradients, norm):
        return [gradient / 2 for gradient in gradients]


class Kindless(Change):
    def initialise(self, weight, layout, length, *, generator):
        weight *= 2


class Scaled(Change):
    kind = "recurrent weights"
    by: float

    def initialise(self, weight, layout, length, *, generator):
        weight *= self.by


class Refusing(Scaled):
    by: float = 2.0

    def model_post_init(self, context):
        raise RuntimeError("not today")


class Window(Change):
    kind = "window"

    def backpropagation_window(self):
        return 2.5
"""
