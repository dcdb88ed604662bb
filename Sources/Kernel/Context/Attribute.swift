/// One instance of an attribute of an entity, as NGSI-LD means it (ETSI GS CIM 009 §4.5).
///
/// Names of attributes and types inside the city are short when they lie in the default vocabulary
/// (`https://uri.etsi.org/ngsi-ld/default-context/`) and full IRIs otherwise, so that code, SQL and
/// NGSIv2 share one spelling; only the NGSI-LD codec expands and compacts.
package struct Attribute: Sendable, Hashable {
    /// What the value means, and under which key NGSI-LD carries it.
    package enum Kind: Int64, Sendable, CaseIterable {
        case property = 1
        case geoProperty, relationship, languageProperty, vocabProperty, jsonProperty
        case listProperty, listRelationship
    }

    package var kind: Kind
    /// The content of `value`, `object`, `languageMap`, `vocab`, `json`, `valueList` or
    /// `objectList`, by `kind`.
    package var value: JSONValue
    /// Distinguishes several instances of one attribute; `nil` for the default instance.
    package var datasetID: String?
    /// UN/CEFACT code, for example `MTR`.
    package var unitCode: String?
    /// When the value was true in the world, not when it was told.
    package var observedAt: Timestamp?
    /// When the storage of this instance ends (§4.22); `nil` for never.
    package var expiresAt: Timestamp?
    /// Properties of the property, in written order.
    package var subAttributes: [NamedAttribute]
    /// Set by the broker.
    package var createdAt: Timestamp?
    package var modifiedAt: Timestamp?

    package init(
        _ kind: Kind = .property, _ value: JSONValue, datasetID: String? = nil,
        unitCode: String? = nil, observedAt: Timestamp? = nil, expiresAt: Timestamp? = nil,
        subAttributes: [NamedAttribute] = []
    ) {
        self.kind = kind
        self.value = value
        self.datasetID = datasetID
        self.unitCode = unitCode
        self.observedAt = observedAt
        self.expiresAt = expiresAt
        self.subAttributes = subAttributes
    }

    package static func property(
        _ value: JSONValue, unitCode: String? = nil, observedAt: Timestamp? = nil
    ) -> Attribute {
        Attribute(.property, value, unitCode: unitCode, observedAt: observedAt)
    }

    package static func relationship(_ target: EntityID) -> Attribute {
        Attribute(.relationship, .string(target.text))
    }

    package static func place(_ geometry: Geometry) -> Attribute {
        Attribute(.geoProperty, geometry.geoJSON)
    }

    package static func text(_ text: LocalizedText) -> Attribute {
        Attribute(
            .languageProperty,
            [
                "ja": .string(text.japanese), "ja-x-easy": .string(text.easyJapanese),
                "en": .string(text.english),
            ])
    }

    /// A sub-attribute by name, its default instance.
    package func sub(_ name: String) -> Attribute? {
        subAttributes.first { $0.name == name }?.attribute
    }

    package func adding(_ name: String, _ attribute: Attribute) -> Attribute {
        var copy = self
        copy.subAttributes.append(NamedAttribute(name, attribute))
        return copy
    }

    package var localizedText: LocalizedText? {
        switch kind {
        case .languageProperty:
            guard let japanese = value["ja"]?.string ?? value["@none"]?.string else { return nil }
            return LocalizedText(
                japanese, easy: value["ja-x-easy"]?.string, en: value["en"]?.string)
        default: return value.string.map { LocalizedText($0) }
        }
    }

    package var geometry: Geometry? {
        guard kind == .geoProperty else { return nil }
        // A stored geometry was validated when it was written.
        return try? Geometry(geoJSON: value)
    }
}

/// An attribute instance under its name; several may share one name, told apart by `datasetID`.
package struct NamedAttribute: Sendable, Hashable {
    package var name: String
    package var attribute: Attribute

    package init(_ name: String, _ attribute: Attribute) {
        self.name = name
        self.attribute = attribute
    }
}
