package import CityKernel

extension AttributeDescription {
    /// What is wrong with a value; in English it follows the attribute's name.
    /// - Returns: `nil` when it fits. An explicit absence (null) always does.
    package func fault(of attribute: Attribute) -> LocalizedText? {
        if attribute.value.isNull { return nil }
        if let unitCode, let said = attribute.unitCode, said != unitCode {
            return LocalizedText(
                "単位が \(said) です(\(unitCode) のはずです)", easy: "単位は \(unitCode) です",
                en: "has the unit \(said); \(unitCode) is expected")
        }
        return fits(attribute, attribute.value) ? nil : misfit
    }

    private func fits(_ attribute: Attribute, _ value: JSONValue) -> Bool {
        switch self.value {
        case .number(let range): value.double.map(range.contains) ?? false
        case .text: value.string != nil
        case .truth: value.bool != nil
        case .time: value.string.flatMap { Timestamp(iso8601: $0) } != nil
        case .choice(let words): value.string.map(words.contains) ?? false
        case .choices(let words):
            (value.array?.map(\.string) ?? [value.string])
                .allSatisfy { $0.map(words.contains) ?? false }
        case .words: attribute.localizedText != nil
        case .place: attribute.kind == .geoProperty
        case .reference: attribute.kind == .relationship
        case .document: true
        }
    }

    /// Why a value that does not fit does not.
    private var misfit: LocalizedText {
        switch value {
        case .number(let range):
            let (low, high) = (
                JSONValue.number(range.lowerBound).text, JSONValue.number(range.upperBound).text
            )
            return LocalizedText(
                "\(low)〜\(high) の数ではありません", easy: "\(low)から \(high)の かずでは ありません",
                en: "is not a number from \(low) to \(high)")
        case .text: return LocalizedText("文字ではありません", easy: "文字では ありません", en: "is not a text")
        case .truth:
            return LocalizedText(
                "true か false ではありません", easy: "true か false では ありません",
                en: "is neither true nor false")
        case .time:
            return LocalizedText(
                "ISO 8601 の日時ではありません", easy: "日づけと じかんでは ありません",
                en: "is not an ISO 8601 date and time")
        case .choice(let words), .choices(let words):
            let list = words.joined(separator: ", ")
            return LocalizedText(
                "決めた言葉(\(list))ではありません", easy: "きめた ことば(\(list))では ありません",
                en: "is none of \(list)")
        case .words:
            return LocalizedText(
                "文字でも、言語ごとの文字でもありません", easy: "文字では ありません",
                en: "is not a text in languages")
        case .place:
            return LocalizedText(
                "場所(GeoProperty)ではありません", easy: "ばしょでは ありません", en: "is not a GeoProperty")
        case .reference:
            return LocalizedText(
                "関係(Relationship)ではありません", easy: "つながりでは ありません",
                en: "is not a Relationship")
        case .document: return LocalizedText("合いません", easy: "あいません", en: "does not fit")
        }
    }
}
