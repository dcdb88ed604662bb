package import CityKernel

/// What residents and clerks are told when a matter of families cannot be done.
extension Problem {
    static let unknownCode = Problem(
        .notFound,
        saying: LocalizedText(
            "この番号の方はいません",
            easy: "この ばんごうの 人は いません",
            en: "Nobody has this code"),
        LocalizedText(
            "番号がちがうか、10分を過ぎたか、もう使われました。マイページで新しい番号を出してもらってください。",
            easy: "ばんごうが ちがうか、10ぷんが すぎました。新しい ばんごうを 出して もらって ください。",
            en:
                "It is wrong, older than ten minutes, or was used. Ask the resident to show a new one."
        ))
    static let unknownResident = Problem(
        .notFound,
        saying: LocalizedText(
            "この住民の方は登録されていません",
            easy: "この 人は いません",
            en: "The resident is not known"),
        LocalizedText(
            "番号がちがうか、退会しています。",
            easy: "ばんごうが ちがうか、やめた 人です。",
            en: "The number is wrong, or the person has left."))
    static let noGuardian = Problem(
        .conflict,
        saying: LocalizedText(
            "保護者に加えられません",
            easy: "親などに できません",
            en: "This person cannot be a guardian"),
        LocalizedText(
            "未成年として登録されていないか、すでに保護者です。",
            easy: "子どもでは ないか、もう 親などに なって います。",
            en: "The resident is not registered as a minor, or has this guardian already."))
    static let ofAge = Problem(
        .badRequestData,
        saying: LocalizedText(
            "18歳になっています",
            easy: "もう 18さいです",
            en: "The person is 18 already"),
        LocalizedText(
            "18歳からは、本人が手続きをします。生年月日を確かめてください。",
            easy: "18さいからは じぶんで します。たんじょう日を たしかめて ください。",
            en: "From 18 on people act for themselves. Check the date of birth."))
    static let householdFull = Problem(
        .conflict,
        saying: LocalizedText(
            "世帯の人数が上限です",
            easy: "この せたいは いっぱいです",
            en: "The household is full"),
        LocalizedText(
            "一つの世帯は\(Household.membersMax)人までです。",
            easy: "1つの せたいは \(Household.membersMax)人までです。",
            en: "A household has at most \(Household.membersMax) people."))
    static let lastOwner = Problem(
        .conflict,
        saying: LocalizedText(
            "代表がいなくなります",
            easy: "だいひょうが いなく なります",
            en: "No owner would be left"),
        LocalizedText(
            "ほかの方を代表にしてから変えてください。",
            easy: "先に ほかの 人を だいひょうに して ください。",
            en: "Make somebody else an owner first."))
    static let organisationFull = Problem(
        .conflict,
        saying: LocalizedText(
            "事業者の人数が上限です",
            easy: "お店の 人が いっぱいです",
            en: "The organisation is full"),
        LocalizedText(
            "一つの事業者は\(Organisation.membersMax)人までです。",
            easy: "1つの お店は \(Organisation.membersMax)人までです。",
            en: "An organisation has at most \(Organisation.membersMax) people."))
    static let badMandate = Problem(
        .badRequestData,
        saying: LocalizedText(
            "この委任はできません",
            easy: "この たのみかたは できません",
            en: "This cannot be left to somebody"),
        LocalizedText(
            "任せることを一つ以上えらび、終わりの日を明日から一年以内にしてください。",
            easy: "たのむ ことを えらんで、1年までの 日を 入れて ください。",
            en: "Choose at least one matter, and a last day from tomorrow to a year ahead."))
    package static let noOffer = Problem(
        .notFound,
        saying: LocalizedText(
            "この委任は受けられません",
            easy: "この たのみは うけられません",
            en: "This offer cannot be taken"),
        LocalizedText(
            "すでに受けられたか、期限が過ぎたか、リンクが途中で切れているか、自分が出したものです。任せたい方に、もう一度出してもらってください。",
            easy: "もう つかわれたか、日が すぎたか、リンクが ちがいます。もういちど 出して もらって ください。",
            en: "It was taken, has ended, is your own, or the link is not whole. Ask for a new one."
        ))
    static let tooManyRights = Problem(
        .conflict,
        saying: LocalizedText(
            "これ以上は増やせません",
            easy: "これより ふやせません",
            en: "There are too many already"),
        LocalizedText(
            "代わりの手続きは、一人につき\(Representation.countMax)件までです。使っていないものを終えてください。",
            easy: "1人 \(Representation.countMax)までです。つかわない ものを おわりに して ください。",
            en: "One person has at most \(Representation.countMax). End those that are not used."))
    static let noSuchRight = Problem(
        .notFound,
        saying: LocalizedText(
            "見つかりません",
            easy: "見つかりません",
            en: "Not found"),
        LocalizedText(
            "すでに終わったか、ありません。",
            easy: "もう おわったか、ありません。",
            en: "It has ended, or never was."))
}
