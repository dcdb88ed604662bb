package import CityKernel

/// The names of a document in the words of another context.
package struct NameTranslation {
    private let from: LDContext
    private let to: LDContext

    package init(_ from: LDContext, _ to: LDContext) {
        self.from = from
        self.to = to
    }

    package func said(_ body: JSONValue) -> JSONValue {
        if let items = body.array { return .array(items.map(said)) }
        guard let object = body.object else { return body }
        return .object(renamed(object, depth: 0))
    }

    /// Values are nobody's names: they stay as they are.
    private static let values: Set<String> = [
        "value", "object", "languageMap", "json", "valueList", "objectList", "scope", "id",
    ]

    private func renamed(_ object: JSONObject, depth: Int) -> JSONObject {
        var copy = JSONObject()
        for (key, value) in object {
            switch key {
            case "type" where depth == 0, "vocab", "objectType", "valueType":
                copy.append(key, names(value))
            case _ where Self.values.contains(key) || CoreContext.iris[key] != nil:
                copy.append(key, value)
            default: copy[to.term(for: from.name(of: key))] = members(value, depth: depth + 1)
            }
        }
        return copy
    }

    private func members(_ json: JSONValue, depth: Int) -> JSONValue {
        switch json {
        case .object(let object): .object(renamed(object, depth: depth))
        case .array(let items): .array(items.map { members($0, depth: depth) })
        default: json
        }
    }

    private func names(_ json: JSONValue) -> JSONValue {
        if let items = json.array { return .array(items.map(names)) }
        guard let name = json.string else { return json }
        return .string(to.term(for: from.name(of: name)))
    }
}
