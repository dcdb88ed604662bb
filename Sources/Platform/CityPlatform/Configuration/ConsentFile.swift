package import CityConsent
import CityKernel

/// `consent.yaml`: purposes, recipients and kinds of personal data, and the notices that people read.
package enum ConsentFile {
    private static let textCharactersMax = 600
    private static let daysMax = 3_660

    /// - Returns: what could be read; every mistake is collected.
    package static func parse(
        _ text: String, file: String, into collector: DiagnosticCollector
    ) -> ConsentCatalogue {
        guard let top = ConfigurationNode.parse(text, file: file, into: collector) else {
            return ConsentCatalogue()
        }
        top.checkKeys(required: ["kinds", "recipients", "notices"])
        var catalogue = ConsentCatalogue(
            kinds: names(top["kinds"]), recipients: names(top["recipients"]))
        let list = top["notices"]?.list() ?? []
        if list.count > ConsentCatalogue.noticesMax {
            top["notices"]?.report("there are more than \(ConsentCatalogue.noticesMax) notices")
        }
        for node in list.prefix(ConsentCatalogue.noticesMax) {
            guard let notice = notice(node, catalogue) else { continue }
            if catalogue.notice(notice.id) != nil {
                node["id"]?.report("`\(notice.id)` is there twice")
            } else {
                catalogue.notices.append(notice)
            }
        }
        return catalogue
    }

    /// `id: { ja, easy, en }` for each.
    private static func names(_ node: ConfigurationNode?) -> [String: LocalizedText] {
        var names: [String: LocalizedText] = [:]
        for (id, node) in node?.entries ?? [] {
            check(id, node)
            if let name = whole(node) { names[id] = name }
        }
        return names
    }

    private static func notice(
        _ node: ConfigurationNode, _ catalogue: ConsentCatalogue
    ) -> ConsentNotice? {
        node.checkKeys(
            required: [
                "id", "recipient", "kinds", "retentionDays", "title", "purpose", "anonymisation",
                "benefit", "safety",
            ])
        let id = node["id"]?.string()
        if let id, let place = node["id"] { check(id, place) }
        let recipient = node["recipient"]?.string()
        if let recipient, catalogue.recipients[recipient] == nil {
            node["recipient"]?.report("`\(recipient)` is no recipient of this file")
        }
        let kinds = node["kinds"]?.list() ?? []
        for kind in kinds {
            if let name = kind.string(), catalogue.kinds[name] == nil {
                kind.report("`\(name)` is no kind of data of this file")
            }
        }
        if kinds.isEmpty || kinds.count > ConsentCatalogue.kindsOfNoticeMax {
            node["kinds"]?.report(
                "a notice names 1 to \(ConsentCatalogue.kindsOfNoticeMax) kinds of data")
        }
        let days = node["retentionDays"]?.number(in: 1...Double(daysMax))
        let texts = ["title", "purpose", "anonymisation", "benefit", "safety"].map {
            node[$0].flatMap(whole)
        }
        guard let id, let recipient, let days, let title = texts[0], let purpose = texts[1],
            let anonymisation = texts[2], let benefit = texts[3], let safety = texts[4]
        else { return nil }
        return ConsentNotice(
            id: id, recipient: recipient, kinds: kinds.compactMap(\.plainText),
            retention: .days(Int(days)), title: title, purpose: purpose,
            anonymisation: anonymisation, benefit: benefit, safety: safety)
    }

    /// A text in all three languages: who says yes has to be able to read it.
    private static func whole(_ node: ConfigurationNode) -> LocalizedText? {
        guard node.checkKeys(required: ["ja", "easy", "en"]) else { return nil }
        return node.localizedText(lengthMax: textCharactersMax)
    }

    private static func check(_ id: String, _ node: ConfigurationNode) {
        let isPlain =
            !id.isEmpty && id.utf8.count <= 40
            && id.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D }
        if !isPlain {
            node.report("`\(id)` is no name", remedy: "use small letters and hyphens")
        }
    }
}
