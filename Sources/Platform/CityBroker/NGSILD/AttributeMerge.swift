package import CityKernel

extension Attribute {
    /// This attribute with what `fragment` says, member by member (§5.6.17, RFC 7396): objects are
    /// merged, other values replaced, what is not named stays.
    package func merged(with fragment: Attribute) -> Attribute {
        var result = fragment
        if fragment.kind == kind { result.value = Self.merge(value, fragment.value) }
        result.datasetID = datasetID
        result.unitCode = fragment.unitCode ?? unitCode
        result.observedAt = fragment.observedAt ?? observedAt
        var subs = subAttributes
        for named in fragment.subAttributes {
            let isSame = { (other: NamedAttribute) in
                other.name == named.name && other.attribute.datasetID == named.attribute.datasetID
            }
            guard let index = subs.firstIndex(where: isSame) else {
                subs.append(named)
                continue
            }
            subs[index].attribute = subs[index].attribute.merged(with: named.attribute)
        }
        result.subAttributes = subs.filter { $0.attribute.value.string != NGSILDCodec.null }
        return result
    }

    private static func merge(_ old: JSONValue, _ new: JSONValue) -> JSONValue {
        guard var object = old.object, let members = new.object,
            old["coordinates"] == nil
        else { return new }
        for (key, value) in members {
            if value.isNull || value.string == NGSILDCodec.null {
                object[key] = nil
            } else {
                object[key] = object[key].map { merge($0, value) } ?? value
            }
        }
        return .object(object)
    }
}
