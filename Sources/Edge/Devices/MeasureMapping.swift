package import CityKernel

/// How one measure of a device becomes an attribute: its name there, its name here, unit and scale.
package struct MeasureMapping: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case number, text, boolean, place, json
    }

    /// The attribute that is the device's own, not its thing's: goes to the device's health.
    package static let batteryAttribute = "batteryLevel"

    /// The name that the device uses.
    package var measure: String
    package var attribute: String
    package var kind: Kind
    /// UN/CEFACT Common Code, as `CEL`; empty for none.
    package var unitCode: String
    /// value = told × factor + shift.
    package var factor: Double
    package var shift: Double
    /// Outside these the value is kept and marked as suspect.
    package var minimum: Double?
    package var maximum: Double?

    /// - Throws: `Problem` naming the setting.
    package init(
        measure: String, attribute: String, kind: Kind = .number, unitCode: String = "",
        factor: Double = 1, shift: Double = 0, minimum: Double? = nil, maximum: Double? = nil
    ) throws(Problem) {
        guard !measure.isEmpty, measure.count <= AttributeName.charactersMax else {
            throw SettingFault.problem(
                "measure", "測定値の名前がありません", remedy: "装置が送る名前(例: t)を入れてください。")
        }
        try AttributeName.check(attribute, "attribute")
        guard unitCode.utf8.count <= 3, unitCode.utf8.allSatisfy(Self.isCodeCharacter) else {
            throw SettingFault.problem(
                "unitCode", "「\(unitCode.prefix(20))」は単位コードではありません",
                remedy: "UN/CEFACT の3文字までのコード(例: CEL, MTR, P1)を入れてください。")
        }
        guard factor.isFinite, factor != 0, shift.isFinite else {
            throw SettingFault.problem(
                "factor", "倍率は0でない数にしてください", remedy: "そのままの値なら1にしてください。")
        }
        if let minimum, let maximum, minimum > maximum {
            throw SettingFault.problem(
                "minimum", "下限が上限より大きいです", remedy: "下限と上限を入れ替えてください。")
        }
        self.measure = measure
        self.attribute = attribute
        self.kind = kind
        self.unitCode = unitCode
        self.factor = factor
        self.shift = shift
        self.minimum = minimum
        self.maximum = maximum
    }

    private static func isCodeCharacter(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
    }
}

// MARK: - Values

extension MeasureMapping {
    /// The attribute that a told value becomes.
    /// - Returns: `nil` when the value is not of the mapping's kind.
    func attribute(of told: JSONValue, observedAt: Timestamp) -> Attribute? {
        if told.isNull { return marked(.property(.null, observedAt: observedAt), .missing) }
        switch kind {
        case .number:
            guard let number = Self.number(told) else { return nil }
            let value = scaled(number)
            guard value.isFinite else { return nil }
            let attribute = Attribute.property(
                .number(value), unitCode: unitCode.isEmpty ? nil : unitCode,
                observedAt: observedAt)
            return marked(attribute, isPlausible(value) ? .measured : .suspect)
        case .text:
            return .property(.string(told.string ?? told.text), observedAt: observedAt)
        case .boolean:
            return Self.boolean(told).map { .property(.bool($0), observedAt: observedAt) }
        case .json: return .property(told, observedAt: observedAt)
        case .place:
            guard let geometry = Self.place(told) else { return nil }
            var attribute = Attribute.place(geometry)
            attribute.observedAt = observedAt
            return attribute
        }
    }

    /// Scaling must not turn 3.41 into 3.4100000000000001: nine decimals are more than any sensor has.
    private func scaled(_ number: Double) -> Double {
        if factor == 1, shift == 0 { return number }
        let value = number * factor + shift
        let rounded = (value * 1e9).rounded() / 1e9
        return rounded.isFinite ? rounded : value
    }

    private func isPlausible(_ value: Double) -> Bool {
        value >= minimum ?? -.infinity && value <= maximum ?? .infinity
    }

    private func marked(_ attribute: Attribute, _ quality: Quality) -> Attribute {
        guard quality != .measured || minimum != nil || maximum != nil else { return attribute }
        return attribute.adding("quality", .property(.string(quality.rawValue)))
    }

    /// Devices of the text protocols send numbers as texts.
    static func number(_ told: JSONValue) -> Double? {
        if let number = told.double { return number }
        guard let text = told.string, text.utf8.count <= 40 else { return nil }
        return Double(ReadingText.trim(text)).flatMap { $0.isFinite ? $0 : nil }
    }

    static func boolean(_ told: JSONValue) -> Bool? {
        if let flag = told.bool { return flag }
        if let number = told.integer { return number == 1 ? true : number == 0 ? false : nil }
        switch told.string?.lowercased() {
        case "true", "on", "1", "open": return true
        case "false", "off", "0", "closed": return false
        default: return nil
        }
    }

    /// GeoJSON, `{"latitude": …, "longitude": …}`, or a text `32.21,130.76` (also with a slash).
    static func place(_ told: JSONValue) -> Geometry? {
        if told["type"] != nil { return try? Geometry(geoJSON: told) }  // not GeoJSON: no place
        var pair: (latitude: Double, longitude: Double)?
        if told.object != nil {
            let latitude = (told["latitude"] ?? told["lat"]).flatMap(number)
            let longitude = (told["longitude"] ?? told["lon"] ?? told["lng"]).flatMap(number)
            if let latitude, let longitude { pair = (latitude, longitude) }
        } else if let text = told.string {
            let parts = text.split { $0 == "," || $0 == "/" }
                .compactMap { number(.string(String($0))) }
            if parts.count == 2 { pair = (parts[0], parts[1]) }
        }
        guard let pair, (-90...90).contains(pair.latitude), (-180...180).contains(pair.longitude)
        else { return nil }
        return .point(GeoPoint(latitude: pair.latitude, longitude: pair.longitude))
    }
}

// MARK: - Configuration as JSON

extension MeasureMapping {
    var json: JSONValue {
        var object = JSONObject([
            ("measure", .string(measure)), ("attribute", .string(attribute)),
            ("kind", .string(kind.rawValue)), ("unitCode", .string(unitCode)),
            ("factor", .number(factor)), ("shift", .number(shift)),
        ])
        object["minimum"] = minimum.map(JSONValue.number)
        object["maximum"] = maximum.map(JSONValue.number)
        return .object(object)
    }

    init(_ json: JSONValue) throws(Problem) {
        try self.init(
            measure: json.textMember("measure"), attribute: json.textMember("attribute"),
            kind: Kind(rawValue: json.textMember("kind")) ?? .number,
            unitCode: json.textMember("unitCode"), factor: json["factor"]?.double ?? 1,
            shift: json["shift"]?.double ?? 0, minimum: json["minimum"]?.double,
            maximum: json["maximum"]?.double)
    }
}
