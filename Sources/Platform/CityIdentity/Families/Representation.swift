package import CityKernel

/// 代わりの手続き: by what right one resident acts for another, and until when.
package struct Representation: Sendable, Hashable {
    /// Why.
    package enum Ground: String, Sendable, Hashable {
        /// 親権・後見: shown to a clerk; ends when the child comes of age.
        case guardian
        /// 委任: given by the person, for named matters.
        case proxy
    }

    /// What a proxy may be asked to see to; a guardian sees to all of it.
    package enum Matter: String, Sendable, Hashable, CaseIterable, Comparable {
        case applications, payments, health, children, evacuation

        package var title: LocalizedText {
            switch self {
            case .applications: LocalizedText("申請や届け出", easy: "しんせい", en: "Applications")
            case .payments: LocalizedText("支払い", easy: "お金を はらう こと", en: "Payments")
            case .health: LocalizedText("健康の記録", easy: "けんこうの きろく", en: "Health records")
            case .children: LocalizedText("子どもと学校", easy: "子どもと 学校", en: "Children and school")
            case .evacuation: LocalizedText("避難の登録", easy: "ひなんの とうろく", en: "Evacuation")
            }
        }

        package static func < (left: Matter, right: Matter) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// 委任 ends after this at the latest, and is given anew.
    package static let proxyLifeMax = Duration.days(366)
    /// Rights of one person that hold at a time, to act and to be acted for.
    package static let countMax = 20
    /// An offer that nobody took ends after this.
    package static let offerLife = Duration.days(7)
    /// How long both sides are told that a child has come of age.
    package static let nicknameCharactersMax = 20
    static let farewellSpan = Duration.days(90)

    package var id: Int64
    package var ground: Ground
    /// Who acts.
    package var agentID: String
    /// For whom.
    package var subjectID: String
    /// Empty for a guardian.
    package var matters: Set<Matter>
    package var since: Timestamp
    /// Ends by itself.
    package var endsAt: Timestamp
    /// Was ended before.
    package var endedAt: Timestamp?
    /// The agent's own word for the person (「上の子」), seen by the agent alone; the city keeps no name.
    package var nickname = ""

    package func holds(at now: Timestamp) -> Bool { endedAt == nil && now < endsAt }

    package func covers(_ matter: Matter) -> Bool {
        ground == .guardian || matters.contains(matter)
    }

    /// Whether its child came of age a short while ago.
    package func endedByAge(at now: Timestamp) -> Bool {
        ground == .guardian && endedAt == nil && endsAt <= now
            && now.since(endsAt) < Self.farewellSpan
    }
}

/// 成年: the instant at which somebody turns 18 in Japan (民法4条). Who was born on 29 February
/// turns 18 with 1 March of a year that has no such day.
package enum Majority {
    static let years = 18

    /// - Returns: `nil` for a day that does not exist.
    package static func begins(bornIn year: Int, month: Int, day: Int) -> Timestamp? {
        guard (1_850...2_200).contains(year), (1...12).contains(month),
            (1...CivilTime.daysInMonth(year: year, month: month)).contains(day)
        else { return nil }
        let last = CivilTime.daysInMonth(year: year + years, month: month)
        return CivilTime(
            year: year + years, month: day > last ? month + 1 : month, day: day > last ? 1 : day
        ).timestamp
    }
}

/// What a clerk was shown. The kind alone is kept, never a number or a name.
package enum ShownDocument: String, Sendable, Hashable, CaseIterable {
    case myNumberCard, drivingLicence, passport, familyRegister, courtOrder, twoOthers

    package var title: LocalizedText {
        switch self {
        case .myNumberCard: LocalizedText("マイナンバーカード", easy: "マイナンバーカード", en: "My Number card")
        case .drivingLicence: LocalizedText("運転免許証", easy: "うんてん めんきょ", en: "Driving licence")
        case .passport: LocalizedText("旅券・在留カード", easy: "パスポート・在留カード", en: "Passport")
        case .familyRegister: LocalizedText("戸籍・住民票", easy: "こせき・じゅうみんひょう", en: "Family register")
        case .courtOrder: LocalizedText("審判書・登記事項証明書", easy: "さいばんしょの 書類", en: "Court order")
        case .twoOthers: LocalizedText("そのほかの二点", easy: "ほかの もの 2つ", en: "Two other documents")
        }
    }
}
