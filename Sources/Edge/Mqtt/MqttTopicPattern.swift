package import CityKernel

/// Topics such as `city/hitoyoshi/{entity}/attrs`: `{name}` stands for one level and gives it a name.
package struct MqttTopicPattern: Sendable, Hashable {
    private enum Level: Hashable {
        case literal(String)
        case named(String)
    }

    private let levels: [Level]

    /// - Throws: `Problem` for an empty pattern or one with MQTT's own wildcards.
    package init(_ text: String) throws(Problem) {
        guard !text.isEmpty, !text.contains("+"), !text.contains("#") else {
            throw Problem(
                .invalidRequest, title: "The topic pattern is not usable",
                detail: "\(text.prefix(120)) is empty or holds + or #.",
                remedy: "Write {name} for a level that varies.")
        }
        levels = text.split(separator: "/", omittingEmptySubsequences: false).map { level in
            level.hasPrefix("{") && level.hasSuffix("}")
                ? .named(String(level.dropFirst().dropLast())) : .literal(String(level))
        }
    }

    /// What is subscribed to.
    package var filter: String {
        levels.map { level in
            switch level {
            case .literal(let text): text
            case .named: "+"
            }
        }.joined(separator: "/")
    }

    /// - Returns: the named levels, or `nil` when the topic does not fit.
    package func match(_ topic: String) -> [String: String]? {
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == levels.count else { return nil }
        var names: [String: String] = [:]
        for (level, part) in zip(levels, parts) {
            switch level {
            case .literal(let text): guard text == part else { return nil }
            case .named(let name): names[name] = String(part)
            }
        }
        return names
    }
}
