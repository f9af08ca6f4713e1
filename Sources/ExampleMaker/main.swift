#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

// Makes the bundled example from nothing: a small world, its texts and tasks, a tokenizer.
do {
    let recipe = try Recipe(arguments: CommandLine.arguments.dropFirst())
    let folder = ExampleFolder(path: recipe.out)
    for step in Step.all where recipe.only == nil || recipe.only == step.group {
        print("\(step.name): \(try step.run(recipe, folder))")
    }
} catch {
    let message = Array("ExampleMaker: \(error)\n".utf8)
    _ = write(STDERR_FILENO, message, message.count)
    exit(1)
}
