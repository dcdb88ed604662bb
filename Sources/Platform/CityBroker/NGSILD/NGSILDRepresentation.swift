import CityKernel

/// How an entity is written (§4.5): which of the three formats, and what beside the data.
package struct NGSILDRepresentation: Sendable, Hashable {
    package enum Format: String, Sendable, Hashable {
        case normalized, concise, simplified
    }

    package var format: Format
    /// `createdAt` and `modifiedAt` too.
    package var hasSystemAttributes: Bool
    /// Languages in order of preference; texts become plain properties in the first one they have.
    package var languages: [String]

    package init(
        _ format: Format = .normalized, hasSystemAttributes: Bool = false,
        languages: [String] = []
    ) {
        self.format = format
        self.hasSystemAttributes = hasSystemAttributes
        self.languages = languages
    }
}

extension Attribute.Kind {
    /// The `type` of NGSI-LD.
    package var typeName: String {
        switch self {
        case .property: "Property"
        case .geoProperty: "GeoProperty"
        case .relationship: "Relationship"
        case .languageProperty: "LanguageProperty"
        case .vocabProperty: "VocabProperty"
        case .jsonProperty: "JsonProperty"
        case .listProperty: "ListProperty"
        case .listRelationship: "ListRelationship"
        }
    }

    /// The member that holds the value.
    package var valueKey: String {
        switch self {
        case .property, .geoProperty: "value"
        case .relationship: "object"
        case .languageProperty: "languageMap"
        case .vocabProperty: "vocab"
        case .jsonProperty: "json"
        case .listProperty: "valueList"
        case .listRelationship: "objectList"
        }
    }

    init?(typeName: String) {
        guard let kind = Self.allCases.first(where: { $0.typeName == typeName }) else { return nil }
        self = kind
    }
}
