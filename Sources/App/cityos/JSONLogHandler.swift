import CityKernel
import Logging

/// One JSON object a line on standard error, for people with `jq` and for log collectors.
struct JSONLogHandler: LogHandler {
    var logLevel = Logger.Level.notice
    var metadata: Logger.Metadata = [:]
    private let clock = SystemClock()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = JSONObject([
            ("time", .string(clock.now.iso8601)), ("level", .string(event.level.rawValue)),
            ("message", .string("\(event.message)")),
        ])
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line[key] = .string("\(value)")
        }
        Console.printError(JSONValue.object(line).text)
    }
}

extension Logger {
    /// For commands that speak for themselves: only errors.
    static var quiet: Logger {
        var logger = Logger(label: "cityos") { _ in JSONLogHandler() }
        logger.logLevel = .error
        return logger
    }
}
