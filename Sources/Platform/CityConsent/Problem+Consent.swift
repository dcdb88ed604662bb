import CityKernel

/// Why the door to personal data stays shut.
extension Problem {
    static let noConsent = Problem(
        .forbidden,
        saying: LocalizedText(
            "同意がありません", easy: "どういが ありません", en: "There is no consent"),
        LocalizedText(
            "この目的にこの情報を使うことへの、いま有効な同意がありません。",
            easy: "この じょうほうを つかって よいと 言われて いません。",
            en: "No consent that holds names this purpose and this kind of data."))
    static let unknownPurpose = Problem(
        .badRequestData,
        saying: LocalizedText("この目的はありません", easy: "ありません", en: "There is no such purpose"),
        LocalizedText(
            "同意の案内にない目的です。ページを開き直してください。", easy: "ページを 開き なおして ください。",
            en: "No notice names it. Open the page again."))
    static let unknownKind = Problem(
        .badRequestData, title: "There is no such kind of personal data",
        detail: "The catalogue of consent does not name it.")
    static let largeValue = Problem(
        .tooLarge, title: "The value is too large",
        detail: "A value of personal data has at most \(PersonalVault.valueBytesMax) bytes.")
    static let changedNotice = Problem(
        .conflict,
        saying: LocalizedText(
            "案内の内容が新しくなりました", easy: "あんないが かわりました", en: "The notice has changed"),
        LocalizedText(
            "新しい案内を読んで、もう一度選んでください。いまの選択は保存していません。",
            easy: "新しい あんないを 読んで、もういちど えらんで ください。",
            en: "Read the new one and choose again. Nothing was stored."))
    static let tooManyConsents = Problem(
        .conflict,
        saying: LocalizedText(
            "今日はこれ以上変えられません", easy: "きょうは もう かえられません", en: "No more changes today"),
        LocalizedText(
            "同意は一日に\(Consent.grantsPerDayMax)回までです。あすまた選んでください。やめることはいつでもできます。",
            easy: "あした また えらんで ください。やめる ことは いつでも できます。",
            en: "At most \(Consent.grantsPerDayMax) a day. You can withdraw at any time."))
    static let noWithdrawal = Problem(
        .notFound, title: "There is nothing to acknowledge",
        detail: "The withdrawal is not known, is another recipient's, or was acknowledged.")
    static let damagedVault = Problem(
        .internalError, title: "A value cannot be opened",
        detail: "It was changed outside the program, or the vault's key is another one.",
        remedy: "Restore the key file that belongs to this database.")
    static let badEmergency = Problem(
        .badRequestData,
        saying: LocalizedText("開示を始められません", easy: "はじめられません", en: "This cannot be opened"),
        LocalizedText(
            "理由(200字まで)、情報の種類、72時間までの長さを決めてください。",
            easy: "りゆうと 時間(72時間まで)を きめて ください。",
            en: "Give a reason (200 characters), kinds of data, and at most 72 hours."))
    static let noEmergency = Problem(
        .forbidden,
        saying: LocalizedText("災害時の開示は開いていません", easy: "開いて いません", en: "It is not open"),
        LocalizedText(
            "終わっているか、この種類の情報は含まれていません。", easy: "おわったか、この じょうほうは ふくまれて いません。",
            en: "It has ended, or does not name this kind of data."))
}
