/// Something that a test waited for did not come.
package struct Late: Error, CustomStringConvertible {
    package var description: String
}

/// Waits for what happens in its own time: a program outside, a thread, another process.
/// - Throws: `Late` after a minute, so that a test cannot hang.
package func until(
    _ what: String = "what was awaited", _ isSo: () async throws -> Bool
) async throws {
    _ = try await found(what) { try await isSo() ? true : nil }
}

/// Looks until there is something to be found.
/// - Throws: `Late` after a minute.
package func found<Value>(
    _ what: String, _ find: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
        if let value = try await find() { return value }
        guard ContinuousClock.now < deadline else { throw Late(description: "\(what): too late") }
        // Nobody tells when it is so; the others get their turn meanwhile.
        try await Task.sleep(for: .milliseconds(5))
    }
}
