package import CityKernel

/// 型の説明: what a kind of data means, whose it is and how its attributes are written; for the
/// catalogue that vendors read and for the check at the door.
package struct TypeDescription: Sendable, Hashable {
    package var type: String
    package var summary: LocalizedText
    /// The name of the same thing in the Smart Data Models, where they have one.
    package var smartDataModel: String?
    /// The table of the 自治体標準オープンデータセット that becomes such data.
    package var municipalLayout: String?
    /// Who answers for its truth.
    package var owner: LocalizedText
    /// Whether it can tell of a person.
    package var isPersonal: Bool
    package var attributes: [AttributeDescription]

    package init(
        _ type: String, summary: LocalizedText, smartDataModel: String? = nil,
        municipalLayout: String? = nil, owner: LocalizedText, isPersonal: Bool = false,
        attributes: [AttributeDescription]
    ) {
        self.type = type
        self.summary = summary
        self.smartDataModel = smartDataModel
        self.municipalLayout = municipalLayout
        self.owner = owner
        self.isPersonal = isPersonal
        self.attributes = attributes
    }

    package var title: LocalizedText { NounTitle.of(type) }

    package func attribute(_ name: String) -> AttributeDescription? {
        attributes.first { $0.name == name }
    }
}

/// One attribute of a type.
package struct AttributeDescription: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case number(ClosedRange<Double>)
        case text
        case truth
        /// An ISO 8601 date and time as text.
        case time
        /// One of a few words.
        case choice([String])
        /// Several of a few words.
        case choices([String])
        /// A text in several languages.
        case words
        case place
        /// The id of another entity.
        case reference
        /// Anything else, as JSON.
        case document
    }

    package var name: String
    package var value: Value
    package var summary: LocalizedText
    /// UN/CEFACT Recommendation 20.
    package var unitCode: String?
    package var isRequired: Bool

    package init(
        _ name: String, _ value: Value, _ summary: LocalizedText, unitCode: String? = nil,
        isRequired: Bool = false
    ) {
        self.name = name
        self.value = value
        self.summary = summary
        self.unitCode = unitCode
        self.isRequired = isRequired
    }
}

// MARK: - Checking

/// What of an entity does not fit its type's description.
package struct TypeFault: Sendable, Hashable {
    package var attribute: String
    /// Follows the attribute's name: `is not a number`.
    package var message: LocalizedText
}

extension TypeDescription {
    /// Attributes that the description does not name are welcome: data may grow.
    /// - Parameter isWhole: whether absent attributes count; not so for a partial update.
    package func faults(of entity: Entity, isWhole: Bool) -> [TypeFault] {
        var faults = entity.attributes.compactMap { named -> TypeFault? in
            guard let described = attribute(named.name),
                let message = described.fault(of: named.attribute)
            else { return nil }
            return TypeFault(attribute: named.name, message: message)
        }
        if isWhole {
            for described in attributes
            where described.isRequired && entity[described.name] == nil {
                faults.append(TypeFault(attribute: described.name, message: .isRequired))
            }
        }
        return faults
    }
}

extension AttributeDescription {
    /// What is to be sent, in words for whoever sends.
    package var expectation: String {
        let words =
            switch value {
            case .number(let range):
                "a number from \(JSONValue.number(range.lowerBound).text) to "
                    + JSONValue.number(range.upperBound).text
            case .text: "a text"
            case .truth: "true or false"
            case .time: "a date and time such as 2026-07-04T03:50:00+09:00"
            case .choice(let words), .choices(let words):
                "one of " + words.joined(separator: ", ")
            case .words: "a text, or a LanguageProperty"
            case .place: "a GeoProperty"
            case .reference: "a Relationship"
            case .document: "JSON"
            }
        return unitCode.map { "\(words) with the unitCode \($0)" } ?? words
    }
}
