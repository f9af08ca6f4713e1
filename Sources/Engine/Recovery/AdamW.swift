internal import CKernels

/// Adam with decoupled weight decay.
///
/// m = β₁m + (1−β₁)g;  v = β₂v + (1−β₂)g²;  θ = θ(1 − ηλ) − η · m̂ / (√v̂ + ε).  Source: Loshchilov & Hutter 2019,
/// algorithm 2, with the order of operations of PyTorch's `AdamW`.
final class AdamW {
    /// Constants of the update.
    struct Options: Sendable {
        var beta1 = 0.9
        var beta2 = 0.999
        var epsilon = 1e-8
        var weightDecay = 0.0
    }

    private struct Moments {
        let first: Activation
        let second: Activation
    }

    private let options: Options
    private let parameters: [(parameter: Parameter, decays: Bool)]
    private let moments: [Moments]
    private var steps = 0

    /// An optimiser of `parameters`; weight decay applies where `decays`.
    init(_ parameters: [(parameter: Parameter, decays: Bool)], options: Options) {
        self.options = options
        self.parameters = parameters
        moments = parameters.map {
            Moments(first: Activation(zeros: 1, $0.parameter.count), second: Activation(zeros: 1, $0.parameter.count))
        }
    }

    /// Global L2 norm of all gradients, summed in the order of the parameters.
    func gradientNorm() -> Double {
        parameters.reduce(0.0) { sum, entry in
            guard let gradient = entry.parameter.gradient else { return sum }
            return sum + Kernels.sumOfSquares(gradient, entry.parameter.count)
        }.squareRoot()
    }

    /// One update from the gradients (times `gradientScale`), which are then cleared.
    func step(learningRate: Double, gradientScale: Double, parallelism: Parallelism) {
        steps += 1
        let correction1 = 1 - power(options.beta1, steps)
        let correction2 = 1 - power(options.beta2, steps)
        let work = OptimizerWork(
            parameters: parameters.map(\.parameter), first: moments.map(\.first), second: moments.map(\.second),
            options: parameters.map { entry in
                qpx_adamw(
                    learning_rate: Float(learningRate), beta1: Float(options.beta1), beta2: Float(options.beta2),
                    epsilon: Float(options.epsilon), weight_decay: Float(entry.decays ? options.weightDecay : 0),
                    correction1: Float(correction1), correction2: Float(correction2),
                    gradient_scale: Float(gradientScale))
            })
        parallelism.forEach(parameters.count) { work.update($0) }
    }

    /// The moments of each parameter, in order.
    var state: [(first: [Float], second: [Float])] {
        moments.map { ($0.first.tensor.elements, $0.second.tensor.elements) }
    }

    /// Goes on from the moments after `steps` steps.
    func restore(steps: Int, _ state: [(first: [Float], second: [Float])]) {
        precondition(state.count == moments.count, "moments of each parameter")
        for (moment, values) in zip(moments, state) {
            for (target, source) in [(moment.first, values.first), (moment.second, values.second)] {
                precondition(source.count == target.count, "moments of the parameter's size")
                source.withUnsafeBufferPointer { buffer in
                    if let base = buffer.baseAddress { target.elements.update(from: base, count: buffer.count) }
                }
            }
        }
        self.steps = steps
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        for _ in 0..<exponent {
            result *= base
            if result < 1e-30 { return 0 }
        }
        return result
    }
}

/// The update of each parameter, for whichever thread takes it.
private struct OptimizerWork: @unchecked Sendable {
    let parameters: [Parameter]
    let first: [Activation]
    let second: [Activation]
    let options: [qpx_adamw]

    func update(_ index: Int) {
        let parameter = parameters[index]
        guard let gradient = parameter.gradient else { return }
        var options = options[index]
        qpx_adamw_step(
            &options, Int64(parameter.count), gradient, first[index].elements, second[index].elements,
            parameter.value)
        parameter.clearGradient()
    }
}
