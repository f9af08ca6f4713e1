internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Step {
    /// Prints a line at once, also into a file or a pipe.
    static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    /// Trains the example's model from nothing and writes its directory.
    static func trainModel(_ recipe: Recipe, _ folder: ExampleFolder) throws -> String {
        let tokenizer = try Tokenizer.load(directory: URL(filePath: folder.path))
        let tokens = tokenizer.encodeDocuments(of: try folder.read(ExampleFolder.train, from: "texts"))
        let held = tokenizer.encodeDocuments(of: try folder.read(ExampleFolder.heldOut, from: "texts"))
        let windows = try TextWindows(tokens: tokens, length: recipe.contextLength, seed: recipe.seed)
        let heldWindows = try TextWindows(tokens: held, length: recipe.contextLength, seed: recipe.seed)
        Step.say("  \(tokens.count) tokens to train on")
        let model = ExampleModel(recipe: recipe).initial()
        Step.say("  \(model.configuration.parameterCount) parameters")
        let options = TrainingOptions(
            steps: recipe.steps, learningRate: 0.003, schedule: .cosine, warmUpSteps: recipe.steps / 30,
            weightDecay: 0.1, clipNorm: 1, beta2: 0.95)
        let parallelism = Parallelism(threads: ProcessInfo.processInfo.activeProcessorCount)
        let trainer = Trainer(model: model, options: options, parallelism: parallelism)
        let start = ContinuousClock.now
        for index in 0..<recipe.steps {
            let step = try trainer.update(windows.batch(step: index, size: recipe.batchSize))
            if index % 100 == 99 || index + 1 == recipe.steps {
                let heldLoss = try LossGradient(model: model, parallelism: parallelism)
                    .loss(heldWindows.batch(step: 0, size: 32))
                Step.say("  step \(index + 1): loss \(step.loss), held out \(heldLoss), \(ContinuousClock.now - start)")
            }
        }
        let directory = URL(filePath: folder.path(of: "model"))
        try? FileManager.default.removeItem(at: directory)
        try model.rounded().save(to: directory, source: nil)
        for file in [ExampleFolder.tokenizer, ExampleFolder.tokenizerConfiguration] {
            try folder.write(try folder.read(file, from: "tokenizer"), to: "model/" + file)
        }
        return "\(model.configuration.parameterCount) parameters"
    }
}
