package import CityKernel
import CityVocabulary

/// Turns a message into facts by the first mapping whose topic fits.
package struct MqttDecoder: Sendable {
    private let mappings: [MqttMapping]
    private let rules: ReadingRules

    package init(mappings: [MqttMapping], rules: ReadingRules) {
        self.mappings = mappings
        self.rules = rules
    }

    package var filters: [String] { mappings.map(\.topic.filter) }

    /// One value that a message states.
    private struct Statement {
        var name: String
        var value: JSONValue
        var unit: ReadingUnit?
        var unitCode: String?
        var observedAt: Timestamp
    }

    /// - Parameter now: when the message arrived.
    /// - Throws: `MqttRefusal`.
    package func facts(
        topic: String, payload: [UInt8], now: Timestamp
    ) throws(MqttRefusal) -> [Fact] {
        guard payload.count <= MqttMapping.payloadBytesMax else { throw .payloadTooLarge }
        for mapping in mappings {
            guard let names = mapping.topic.match(topic) else { continue }
            return try facts(mapping, names: names, payload: payload, now: now)
        }
        throw .noMapping
    }

    private func facts(
        _ mapping: MqttMapping, names: [String: String], payload: [UInt8], now: Timestamp
    ) throws(MqttRefusal) -> [Fact] {
        let json = try Self.parse(payload)
        var idText = mapping.entity
        for (name, value) in names { idText = idText.replacingAll("{\(name)}", with: value) }
        if case .entity = mapping.body { idText = json["id"]?.string ?? idText }
        guard let id = EntityID(idText), let type = Self.type(of: id) else { throw .entityInvalid }
        guard mapping.types.contains(type) else { throw .typeNotAllowed(type) }
        if case .entity = mapping.body, let said = json["type"]?.string, said != type {
            throw .typeNotAllowed(said)
        }
        let statements = try statements(mapping, json, now: now)
            .filter { mapping.attributes.contains($0.name) }
        guard !statements.isEmpty else { throw .nothingToWrite }
        var facts: [Fact] = []
        for statement in statements {
            do throws(ReadingRefusal) {
                facts.append(try fact(statement, of: id, type: type, now: now))
            } catch {
                throw .reading(error)
            }
        }
        return facts
    }

    private static func parse(_ payload: [UInt8]) throws(MqttRefusal) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: payload)
        } catch {
            throw .notJSON("\(error.line)行\(error.column)列")
        }
    }

    /// `X` of `urn:ngsi-ld:X:…`.
    private static func type(of id: EntityID) -> String? {
        let parts = id.text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0] == "urn", parts[1] == "ngsi-ld", !parts[2].isEmpty
        else { return nil }
        return String(parts[2])
    }

    private func fact(
        _ statement: Statement, of id: EntityID, type: String, now: Timestamp
    ) throws(ReadingRefusal) -> Fact {
        try rules.checkTime(statement.observedAt, now: now)
        guard type == WaterLevelObserved.entityType, statement.name == "waterLevel" else {
            let attribute = Attribute.property(
                statement.value, unitCode: statement.unitCode, observedAt: statement.observedAt)
            return Fact(id, type: type, statement.name, attribute)
        }
        guard rules.gauges.knows(id) else { throw .gaugeUnknown }
        var level: Int?
        if !statement.value.isNull {
            guard let number = statement.value.double else { throw .levelNotANumber }
            let centimetres = try unit(of: statement).centimetres(number)
            try rules.checkLevel(centimetres)
            level = centimetres
        }
        return LevelReading(
            gaugeID: id, observedAt: statement.observedAt, levelCentimetres: level
        ).fact
    }

    private func unit(of statement: Statement) throws(ReadingRefusal) -> ReadingUnit {
        if let unit = statement.unit { return unit }
        switch statement.unitCode {
        case nil, "MTR": return .metres
        case "CMT": return .centimetres
        default: throw .unitUnknown
        }
    }
}

// MARK: - Bodies

extension MqttDecoder {
    private func statements(
        _ mapping: MqttMapping, _ json: JSONValue, now: Timestamp
    ) throws(MqttRefusal) -> [Statement] {
        func time(_ value: JSONValue?) throws(MqttRefusal) -> Timestamp {
            guard let value else {
                guard mapping.takesArrivalAsTime else { throw .reading(.timeEmpty) }
                return now
            }
            guard let time = value.string.flatMap(ReadingText.time) else {
                throw .reading(.timeInvalid)
            }
            return time
        }
        switch mapping.body {
        case .number(let attribute, let unit):
            return [Statement(name: attribute, value: json, unit: unit, observedAt: now)]
        case .path(let attribute, let unit, let valuePath, let timePath):
            guard json.object != nil else { throw .notAnObject }
            guard let value = json.member(at: valuePath) else { throw .nothingToWrite }
            let observedAt = try time(timePath.flatMap { json.member(at: $0) })
            return [Statement(name: attribute, value: value, unit: unit, observedAt: observedAt)]
        case .attributes:
            guard let object = json.object else { throw .notAnObject }
            let observedAt = try time(object["observedAt"])
            return object.filter { $0.key != "observedAt" }.map {
                Statement(name: $0.key, value: $0.value, observedAt: observedAt)
            }
        case .entity:
            guard let object = json.object else { throw .notAnObject }
            var statements: [Statement] = []
            for (name, attribute) in object where mapping.attributes.contains(name) {
                statements.append(
                    Statement(
                        name: name, value: attribute["value"] ?? attribute,
                        unitCode: attribute["unitCode"]?.string,
                        observedAt: try time(attribute["observedAt"])))
            }
            return statements
        }
    }
}

extension JSONValue {
    fileprivate func member(at path: [String]) -> JSONValue? {
        path.reduce(Optional(self)) { value, name in value?[name] }
    }
}

extension String {
    fileprivate func replacingAll(_ part: String, with other: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            result += rest[..<range.lowerBound]
            result += other
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
