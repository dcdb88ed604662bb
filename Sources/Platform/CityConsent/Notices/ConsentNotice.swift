import CityIdentity
package import CityKernel
import Crypto

/// 同意の案内: what a person reads before saying yes. One notice is one purpose: who gets which kinds
/// of data, for how long, and what for.
///
/// The plan demands three things of every use of personal data: how it is made anonymous, the
/// benefit to the citizen, and its safety. A notice without one of them in one language cannot be
/// made from configuration.
package struct ConsentNotice: Sendable, Hashable {
    /// The purpose: `evacuation-support`.
    package var id: String
    package var recipient: String
    package var kinds: [String]
    /// A consent ends after this, and is asked for anew.
    package var retention: Duration
    package var title: LocalizedText
    package var purpose: LocalizedText
    /// 匿名加工・秘匿化.
    package var anonymisation: LocalizedText
    /// 市民の利益.
    package var benefit: LocalizedText
    /// 安全管理.
    package var safety: LocalizedText

    package init(
        id: String, recipient: String, kinds: [String], retention: Duration,
        title: LocalizedText, purpose: LocalizedText, anonymisation: LocalizedText,
        benefit: LocalizedText, safety: LocalizedText
    ) {
        self.id = id
        self.recipient = recipient
        self.kinds = kinds
        self.retention = retention
        self.title = title
        self.purpose = purpose
        self.anonymisation = anonymisation
        self.benefit = benefit
        self.safety = safety
    }

    /// The version: SHA-256 of everything that the notice says. A word changed is another notice, and
    /// consents that were given to the one before are not consents to it.
    package var version: String {
        Array(SHA256.hash(data: Array(JSONValue.object(content).text.utf8))).lowercaseHexadecimal
    }

    /// What stands in receipts and under the version.
    package var content: JSONObject {
        JSONObject([
            ("id", .string(id)), ("recipient", .string(recipient)),
            ("kinds", .array(kinds.map { .string($0) })),
            ("retentionDays", .integer(Int64(retention.inSeconds / 86_400))),
            ("title", Self.json(title)), ("purpose", Self.json(purpose)),
            ("anonymisation", Self.json(anonymisation)), ("benefit", Self.json(benefit)),
            ("safety", Self.json(safety)),
        ])
    }

    private static func json(_ text: LocalizedText) -> JSONValue {
        [
            "ja": .string(text.japanese), "easy": .string(text[.easyJapanese]),
            "en": .string(text.english),
        ]
    }
}

/// Every purpose, recipient and kind of personal data that the city knows. What is not in it cannot
/// be asked for.
package struct ConsentCatalogue: Sendable, Hashable {
    package static let noticesMax = 200
    package static let kindsOfNoticeMax = 20

    package var kinds: [String: LocalizedText]
    package var recipients: [String: LocalizedText]
    package var notices: [ConsentNotice]

    package init(
        kinds: [String: LocalizedText] = [:], recipients: [String: LocalizedText] = [:],
        notices: [ConsentNotice] = []
    ) {
        self.kinds = kinds
        self.recipients = recipients
        self.notices = notices
    }

    package func notice(_ id: String) -> ConsentNotice? { notices.first { $0.id == id } }
}
