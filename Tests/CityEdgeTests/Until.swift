import Logging
import Testing

/// Waits for what a real program outside does in its own time.
/// - Throws: `Late` after a minute, so that a test cannot hang.
func until(_ isSo: () async throws -> Bool) async throws {
    struct Late: Error {}
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !isSo() {
        guard ContinuousClock.now < deadline else { throw Late() }
        // A program outside tells us nothing when it is ready: looking again is the only way.
        try await Task.sleep(for: .milliseconds(10))
    }
}

extension Logger {
    static var quiet: Logger {
        var logger = Logger(label: "city.test")
        logger.logLevel = .critical
        return logger
    }
}
