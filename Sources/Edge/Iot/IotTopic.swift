/// A topic in the manner of the FIWARE IoT Agents: `/<key>/<device>/attrs`, one measure alone under
/// `/attrs/<name>`, answers to commands under `/cmdexe`; `/ul` or `/json` may stand before. Agents and
/// devices write it with and without the first slash.
struct IotTopic: Sendable, Hashable {
    enum Matter: Sendable, Hashable {
        case measures
        case measure(String)
        case answer
    }

    /// What the topic says of the payload; `nil` leaves it to the device's model.
    var speech: DeviceModel.Speech?
    var key: String
    var device: String
    var matter: Matter

    private static let prefixes: [Substring: DeviceModel.Speech] = [
        "ul": .ultraLight, "json": .json,
    ]

    /// What is subscribed to.
    static let filters = ["/", ""].flatMap { slash in
        ["", "ul/", "json/"].flatMap { prefix in
            ["attrs", "attrs/+", "cmdexe"].map { "\(slash)\(prefix)+/+/\($0)" }
        }
    }

    /// - Returns: `nil` for a topic of another form.
    init?(_ topic: String) {
        var parts = topic.split(separator: "/", omittingEmptySubsequences: false)[...]
        if parts.first == "" { parts.removeFirst() }
        guard !parts.contains("") else { return nil }
        // `ul/x/attrs` is device x with the key "ul" only when nothing else fits; keys have 8 letters.
        if let first = parts.first, let speech = Self.prefixes[first] {
            self.speech = speech
            parts.removeFirst()
        }
        guard parts.count >= 3 else { return nil }
        key = String(parts.removeFirst())
        device = String(parts.removeFirst())
        switch (parts.first, parts.count) {
        case ("attrs", 1): matter = .measures
        case ("attrs", 2): matter = .measure(String(parts[parts.startIndex + 1]))
        case ("cmdexe", 1): matter = .answer
        default: return nil
        }
    }

    /// The topic without the key, for lists that staff read.
    var shown: String {
        let end =
            switch matter {
            case .measures: "attrs"
            case .measure(let name): "attrs/\(name)"
            case .answer: "cmdexe"
            }
        return "/…/\(device)/\(end)"
    }

    /// Where a device hears its commands.
    static func commands(key: String, device: String) -> String { "/\(key)/\(device)/cmd" }
}

extension MqttMessage {
    /// The topic as staff may see it: keys of devices are left out.
    var shownTopic: String { IotTopic(topic)?.shown ?? topic }
}
