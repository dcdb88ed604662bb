import CityKernel
import CityWeb

extension Texts {
    /// Words of the page of neighbours and sources.
    static let ofNeighbours: Texts = [
        "neighboursCities": .init("つながる市", easy: "つながる 市", en: "Cities"),
        "neighboursNone": .init(
            "相互TLSでつながる市はありません(city.yaml の neighbours)。",
            easy: "つながって いる 市は ありません。",
            en: "No city is met by mutual TLS (neighbours in city.yaml)."),
        "neighboursRestart": .init(
            "city.yaml の listen か address が変わりました。次に起動したときから有効です。",
            easy: "つながる ばしょが かわりました。つぎに はじめた ときから つかいます。",
            en: "listen or address in city.yaml changed: it holds from the next start."),
        "neighboursFault": .init(
            "city.yaml に誤りがあるため、前の一覧を続けています。",
            easy: "city.yaml に まちがいが あります。まえの ものを つかって います。",
            en: "city.yaml has mistakes; the list of before goes on."),
        "neighboursSources": .init("登録された情報源", easy: "ほかの データの もと", en: "Registered sources"),
        "sourcesNone": .init(
            "登録された情報源はありません。", easy: "データの もとは ありません。",
            en: "No sources are registered."),
        "neighbourState": .init("ようす", easy: "ようす", en: "State"),
        "neighbourAsked": .init("最後の返事・わけ", easy: "さいごの へんじ", en: "Last answer or failure"),
        "neighbourHeard": .init("最後に来た", easy: "さいごに きた とき", en: "Last call from it"),
        "neighbourRights": .init("できること", easy: "できる こと", en: "May"),
        "neighbourCertificate": .init("証明書の期限", easy: "しょうめいしょの おわり", en: "Certificate ends"),
        "neighbourNotAsked": .init("市からは聞かない", easy: "きかない", en: "Never asked"),
        "ownCertificate": .init(
            "この市の証明書の期限", easy: "この 市の しょうめいしょの おわり",
            en: "This city's certificate ends"),
        "certificateEndsSoon": .init(
            "この市の証明書がまもなく切れます。新しいファイルに置きかえてください(止めずに読み直します)。",
            easy: "しょうめいしょが もうすぐ おわります。あたらしく して ください。",
            en:
                "This city's certificate ends soon: replace the file, it is read while the city runs."
        ),
        "authorityEndsSoon": .init(
            "認証局の証明書がまもなく切れます。",
            easy: "にんしょうきょくの しょうめいしょが もうすぐ おわります。",
            en: "A certificate of the authority ends soon."),
        "certificateFault": .init(
            "置きかえられた証明書を使えないため、前のものを続けています。",
            easy: "あたらしい しょうめいしょが つかえません。まえの ものを つかって います。",
            en: "The replaced files cannot be used; those of before go on."),
        "sourceAnswers": .init("返事あり", easy: "へんじ あり", en: "Answers"),
        "sourceFails": .init("返事なし", easy: "へんじ なし", en: "Does not answer"),
        "sourceRests": .init("休ませている(あと{n}秒)", easy: "あと {n}びょう まつ", en: "Left alone for {n} s"),
        "sourceUnasked": .init("まだ聞いていない", easy: "まだ", en: "Not asked yet"),
        "sourceFailure-timedOut": .init("時間内に返事なし", easy: "へんじが おそい", en: "No answer in time"),
        "sourceFailure-unreachable": .init("つながらない", easy: "つながらない", en: "Not reachable"),
        "sourceFailure-untrusted": .init(
            "証明書を信用できない、またはこの市の証明書が断られた",
            easy: "しょうめいしょが あわない", en: "A certificate is not accepted"),
        "sourceFailure-coolingDown": .init("休ませている", easy: "まって いる", en: "Left alone"),
        "sourceFailure-replyTooLarge": .init("返事が大きすぎる", easy: "へんじが 大きい", en: "Answer too large"),
        "sourceFailure-unreadable": .init(
            "返事を読めない", easy: "へんじが よめない", en: "Answer unreadable"),
        "sourceMode": .init("モード", easy: "モード", en: "Mode"),
        "sourceSubscriptions": .init("渡した購読", easy: "わたした こうどく", en: "Subscriptions there"),
        "neverYet": .init("まだない", easy: "まだ", en: "Not yet"),
        "right-read": .init("読む", easy: "よむ", en: "read"),
        "right-subscribe": .init("知らせを受ける", easy: "しらせを うける", en: "subscribe"),
        "right-write": .init("書く", easy: "かく", en: "write"),
    ]
}
