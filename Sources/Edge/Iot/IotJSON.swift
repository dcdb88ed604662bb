import CityKernel

/// Measures as plain JSON objects: `{"t": 21.5, "TimeInstant": "…"}`, or a list of them.
enum IotJSON {
    static let timeName = "TimeInstant"
    static let groupsMax = 200

    /// - Throws: `DeviceRefusal`.
    static func measures(_ payload: [UInt8]) throws(DeviceRefusal) -> [Measures] {
        let json = try parse(payload)
        guard let groups = json.array ?? json.object.map({ [.object($0)] }), !groups.isEmpty else {
            throw .payloadUnreadable
        }
        guard groups.count <= groupsMax else { throw .tooManyValues }
        var all: [Measures] = []
        for group in groups {
            guard let object = group.object else { throw .payloadUnreadable }
            let time = try time(object[timeName])
            all.append(
                Measures(
                    values: object.filter { $0.key != timeName }
                        .map { Measured(name: $0.key, value: $0.value) },
                    observedAt: time))
        }
        return all
    }

    /// The payload of a topic or path that names one measure: JSON, or any other text as it is.
    static func value(_ payload: [UInt8]) throws(DeviceRefusal) -> JSONValue {
        if let json = try? JSONValue(parsing: payload) { return json }  // not JSON: a bare text
        guard let text = String(validating: payload, as: UTF8.self), !text.isEmpty else {
            throw .payloadUnreadable
        }
        return .string(text)
    }

    /// `{"command": result}`, one or several.
    /// - Throws: `DeviceRefusal`.
    static func answers(
        _ payload: [UInt8]
    ) throws(DeviceRefusal) -> [(command: String, result: JSONValue)] {
        guard let object = try parse(payload).object, !object.isEmpty,
            object.count <= DeviceModel.commandsMax
        else { throw .payloadUnreadable }
        return object.map { ($0.key, $0.value) }
    }

    static func command(_ command: Command) -> JSONValue {
        .object(JSONObject([(command.name, command.value)]))
    }

    static func time(_ value: JSONValue?) throws(DeviceRefusal) -> Timestamp? {
        guard let value, !value.isNull else { return nil }
        guard let time = value.string.flatMap(ReadingText.time) else { throw .timeInvalid }
        return time
    }

    private static func parse(_ payload: [UInt8]) throws(DeviceRefusal) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: payload)
        } catch {
            throw .payloadUnreadable
        }
    }
}
