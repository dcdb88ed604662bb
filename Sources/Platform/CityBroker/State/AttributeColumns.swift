import CityKernel
import CityStore

/// An attribute as its columns hold it. Numbers and texts, which nearly all values are, stand in
/// columns of their own: they are written without making JSON and compared by SQL.
struct AttributeColumns: Sendable, Hashable {
    var kind: Int64
    var number: Double?
    var text: String?
    var json: String?
    var unit: String?
    var observedAt: Int64?
    var subAttributes: String?

    init(_ attribute: Attribute) {
        kind = attribute.kind.rawValue
        unit = attribute.unitCode
        observedAt = attribute.observedAt?.microseconds
        switch attribute.value {
        case .integer(let value) where value.magnitude < 1 << 53: number = Double(value)
        case .number(let value): number = value
        case .string(let value) where !value.utf8.contains(0): text = value
        default: json = attribute.value.text
        }
        if !attribute.subAttributes.isEmpty || attribute.expiresAt != nil {
            subAttributes = SubAttributeText.write(attribute)
        }
    }

    /// Without a value.
    init(kind: Int64, unit: String?, observedAt: Int64?) {
        self.kind = kind
        self.unit = unit
        self.observedAt = observedAt
    }

    /// Columns in the order of `list`, starting at `first`.
    init(_ row: any Row, from first: Int) {
        kind = row.integer(first)
        number = row.optionalReal(first + 1)
        text = row.optionalText(first + 2)
        json = row.optionalText(first + 3)
        unit = row.optionalText(first + 4)
        observedAt = row.optionalInteger(first + 5)
        subAttributes = row.optionalText(first + 6)
    }

    static let list = "kind, number, text, json, unit, observed_at, sub_attributes"
    /// Exactly one of them holds a value; each has an index by name.
    static let valueColumns = ["number", "text", "json"]

    func attribute(datasetID: String?) throws -> Attribute {
        guard let kind = Attribute.Kind(rawValue: kind) else {
            throw StoreError.failed(sql: "broker_attribute.kind", message: "unknown kind \(kind)")
        }
        var attribute = Attribute(
            kind, try value(), datasetID: datasetID, unitCode: unit,
            observedAt: observedAt.map(Timestamp.init(microseconds:)))
        if let subAttributes { try SubAttributeText.read(subAttributes, into: &attribute) }
        return attribute
    }

    private func value() throws -> JSONValue {
        if let number { return JSONValue(stored: number) }
        if let text { return .string(text) }
        return try JSONValue(parsing: json ?? "null")
    }

    /// Whether it goes from the history when its storage ends.
    var isTransient: Bool { subAttributes?.hasPrefix(SubAttributeText.transientStart) ?? false }

    /// What sums are made of: the number of a Property.
    var numberOfProperty: Double? { kind == Attribute.Kind.property.rawValue ? number : nil }

    /// Whether both say the same about the same instant.
    func saysSame(as other: AttributeColumns) -> Bool {
        guard kind == other.kind, number == other.number, text == other.text, unit == other.unit,
            observedAt == other.observedAt
        else { return false }
        return Self.isSameJSON(json, other.json)
            && Self.isSameJSON(subAttributes, other.subAttributes)
    }

    private static func isSameJSON(_ left: String?, _ right: String?) -> Bool {
        if left == right { return true }
        guard let left, let right else { return false }
        // Both were written by us, so that they parse; the order of keys may differ.
        return (try? JSONValue(parsing: left)) == (try? JSONValue(parsing: right))
    }
}

extension JSONValue {
    /// Whole numbers come back as integers, as they do from JSON text.
    init(stored number: Double) {
        if let whole = Int64(exactly: number), whole.magnitude < 1 << 53 {
            self = .integer(whole)
        } else {
            self = .number(number)
        }
    }
}

/// What few attributes have, as compact JSON: `[{"n":"quality","k":1,"v":"measured"}]` for
/// sub-attributes, and before them `{"e":1780000000000000}` for when the storage ends. Inside the
/// city's own names, so that no context is needed to read it.
enum SubAttributeText {
    /// How the text of a transient attribute begins.
    static let transientStart = "[{\"e\":"

    static func write(_ attribute: Attribute) -> String {
        var bytes: [UInt8] = []
        append(attribute.subAttributes, attribute.expiresAt, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(
        _ attributes: [NamedAttribute], _ expiresAt: Timestamp?, to bytes: inout [UInt8]
    ) {
        bytes.append(UInt8(ascii: "["))
        if let expiresAt {
            bytes.append(contentsOf: "{\"e\":\(expiresAt.microseconds)}".utf8)
        }
        for (index, named) in attributes.enumerated() {
            if index > 0 || expiresAt != nil { bytes.append(UInt8(ascii: ",")) }
            append(named, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private static func append(_ named: NamedAttribute, to bytes: inout [UInt8]) {
        let attribute = named.attribute
        bytes.append(contentsOf: "{\"n\":".utf8)
        JSONValue.write(named.name, to: &bytes)
        bytes.append(contentsOf: ",\"k\":".utf8)
        JSONValue.write(attribute.kind.rawValue, to: &bytes)
        bytes.append(contentsOf: ",\"v\":".utf8)
        attribute.value.write(to: &bytes)
        func append(_ key: String, _ text: String?) {
            guard let text else { return }
            bytes.append(contentsOf: ",\"\(key)\":".utf8)
            JSONValue.write(text, to: &bytes)
        }
        append("d", attribute.datasetID)
        append("u", attribute.unitCode)
        if let observedAt = attribute.observedAt {
            bytes.append(contentsOf: ",\"o\":".utf8)
            JSONValue.write(observedAt.microseconds, to: &bytes)
        }
        if !attribute.subAttributes.isEmpty || attribute.expiresAt != nil {
            bytes.append(contentsOf: ",\"s\":".utf8)
            Self.append(attribute.subAttributes, attribute.expiresAt, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    static func read(_ text: String, into attribute: inout Attribute) throws {
        read(try JSONValue(parsing: text), into: &attribute)
    }

    private static func read(_ json: JSONValue, into attribute: inout Attribute) {
        for json in json.array ?? [] {
            if let end = json["e"]?.integer {
                attribute.expiresAt = Timestamp(microseconds: end)
                continue
            }
            guard let name = json["n"]?.string, let value = json["v"],
                let kind = json["k"]?.integer.flatMap(Attribute.Kind.init(rawValue:))
            else { continue }
            var sub = Attribute(
                kind, value, datasetID: json["d"]?.string, unitCode: json["u"]?.string,
                observedAt: json["o"]?.integer.map(Timestamp.init(microseconds:)))
            if let subs = json["s"] { read(subs, into: &sub) }
            attribute.subAttributes.append(NamedAttribute(name, sub))
        }
    }
}
