extension Step {
    /// Writes the training, calibration and held-out texts.
    static func makeTexts(_ recipe: Recipe, _ folder: ExampleFolder) throws -> String {
        let corpus = Corpus(topics: Topics.all(of: try world(recipe)), seed: recipe.seed)
        let train = corpus.documents("train", bytes: recipe.trainBytes)
        let calibration = corpus.documents("calibration", bytes: recipe.calibrationBytes)
        let heldOut = corpus.documents(
            "heldout", bytes: recipe.heldOutBytes, except: Set(train).union(calibration))
        try folder.write(Corpus.text(train), to: ExampleFolder.train)
        try folder.write(Corpus.text(calibration), to: ExampleFolder.calibration)
        try folder.write(Corpus.text(heldOut), to: ExampleFolder.heldOut)
        return "\(train.count) documents to train on, \(calibration.count) to calibrate, \(heldOut.count) held out"
    }

    /// Learns the tokenizer from the training text and writes its files.
    static func makeTokenizer(_ recipe: Recipe, _ folder: ExampleFolder) throws -> String {
        let text = try folder.read(ExampleFolder.train, from: "texts")
        let encoding = try BytePairTrainer(vocabularySize: recipe.vocabularySize).train(on: [text])
        let file = TokenizerFile(encoding: encoding, contextLength: recipe.contextLength)
        try folder.write(file.tokenizer, to: ExampleFolder.tokenizer)
        try folder.write(file.configuration, to: ExampleFolder.tokenizerConfiguration)
        let sample = try folder.read(ExampleFolder.calibration, from: "texts")
        let bytesPerToken = Double(sample.utf8.count) / Double(max(encoding.encode(sample).count, 1))
        let tokens = Int(Double(text.utf8.count) / bytesPerToken)
        return "\(recipe.vocabularySize) tokens; the training text is about \(tokens) of them"
    }

    /// Writes a task file per topic.
    static func makeTasks(_ recipe: Recipe, _ folder: ExampleFolder) throws -> String {
        for topic in Topics.all(of: try world(recipe)) {
            let items = try TaskWriter(topic: topic, seed: recipe.seed).items(count: recipe.questions)
            try folder.write(TaskWriter.lines(items), to: "tasks/\(topic.name).jsonl")
        }
        return "\(recipe.questions) questions per task"
    }

    private static func world(_ recipe: Recipe) throws(ExampleError) -> World {
        try World(seed: recipe.seed, population: recipe.population)
    }
}
