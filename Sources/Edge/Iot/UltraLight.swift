import CityKernel

/// UltraLight 2.0: `t|21.5|h|40`, groups divided by `#`, an optional time before a group's values.
enum UltraLight {
    static let groupsMax = 200

    /// - Throws: `DeviceRefusal`.
    static func measures(_ payload: [UInt8]) throws(DeviceRefusal) -> [Measures] {
        guard let text = String(validating: payload, as: UTF8.self) else {
            throw .payloadUnreadable
        }
        let groups = text.split(separator: "#", omittingEmptySubsequences: false)
        guard groups.count <= groupsMax else { throw .tooManyValues }
        var all: [Measures] = []
        for group in groups { all.append(try measures(group)) }
        return all
    }

    private static func measures(_ group: Substring) throws(DeviceRefusal) -> Measures {
        var parts = group.split(separator: "|", omittingEmptySubsequences: false)
            .map { ReadingText.trim(String($0)) }
        var observedAt: Timestamp?
        if parts.count % 2 == 1 {
            guard let time = ReadingText.time(parts.removeFirst()) else { throw .timeInvalid }
            observedAt = time
        }
        guard !parts.isEmpty else { throw .payloadUnreadable }
        var values: [Measured] = []
        for index in stride(from: 0, to: parts.count, by: 2) {
            guard !parts[index].isEmpty else { throw .payloadUnreadable }
            if parts[index] == IotJSON.timeName {
                guard let time = ReadingText.time(parts[index + 1]) else { throw .timeInvalid }
                observedAt = time
            } else {
                values.append(
                    Measured(name: parts[index], value: .string(parts[index + 1])))
            }
        }
        return Measures(values: values, observedAt: observedAt)
    }

    /// `device@command|result`.
    /// - Throws: `DeviceRefusal`.
    static func answer(
        _ payload: [UInt8], of device: String
    ) throws(DeviceRefusal) -> (command: String, result: JSONValue) {
        guard let text = String(validating: payload, as: UTF8.self),
            let bar = text.firstIndex(of: "|"), let at = text[..<bar].firstIndex(of: "@"),
            text[..<at] == device
        else { throw .payloadUnreadable }
        return (
            String(text[text.index(after: at)..<bar]),
            .string(String(text[text.index(after: bar)...]))
        )
    }

    /// Whether a message that came as measures is an answer to a command, as polling devices send it.
    static func isAnswer(_ payload: [UInt8], of device: String) -> Bool {
        payload.starts(with: Array("\(device)@".utf8))
    }

    /// `device@command|a=1|b=2`, or the bare value.
    static func command(_ command: Command) -> String {
        let parameters: String
        if let object = command.value.object {
            parameters = object.map { "\($0.key)=\(plain($0.value))" }.joined(separator: "|")
        } else {
            parameters = plain(command.value)
        }
        return "\(command.device)@\(command.name)|\(parameters)"
    }

    private static func plain(_ value: JSONValue) -> String { value.string ?? value.text }
}
