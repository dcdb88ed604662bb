import CityKernel
import CityWeb

extension Texts {
    /// Words of the practice city and of the page of data that does not fit.
    static let ofSandbox: Texts = [
        "sandboxTitle": .init("練習の街", easy: "れんしゅうの 街", en: "The practice city"),
        "developersSandbox": .init(
            "練習の街で試す", easy: "れんしゅうの 街で ためす", en: "Try in the practice city"),
        "developersSandboxNote": .init(
            "試験用の鍵がすぐ出る", easy: "かぎが すぐ もらえます", en: "A test key at once"),
        "sandboxLead": .init(
            "本物の街と同じAPIで、見本のデータを読み書きできる街です。ここで書いたことは、本物の街の画面・あかり・通知には出ません。",
            easy: "れんしゅうの ための 街です。ここに 書いても、ほんとうの 街は かわりません。",
            en: """
                The same APIs as the real city, with sample data that you may read and write. \
                Nothing written here reaches the real city's pages, lights or warnings.
                """),
        "sandboxRuleApart": .init(
            "この鍵で開くのは、見出し NGSILD-Tenant: sandbox(/v2 では Fiware-Service: sandbox)を付けた呼び出しだけです。",
            easy: "かぎは NGSILD-Tenant: sandbox と 書いた ときだけ つかえます。",
            en: """
                The key opens only calls with the header NGSILD-Tenant: sandbox \
                (with /v2: Fiware-Service: sandbox).
                """),
        "sandboxRuleReset": .init(
            "毎日3時に見本のとおりに戻ります。鍵は7日間使えます。",
            easy: "まいにち 3時に もとに もどります。かぎは 7日 つかえます。",
            en: "Every night at 3:00 (Japan) the samples come back. A key works for 7 days."),
        "sandboxRulePersonal": .init(
            "だれでも読めます。人のデータや秘密を書かないでください。",
            easy: "みんなが 見ます。人の データを 書かないで ください。",
            en: "Anybody can read it: write no personal data and no secrets."),
        "sandboxRuleSpeed": .init(
            "速さの上限は、鍵なしの読み取りと同じです。",
            easy: "はやさには きまりが あります。",
            en: "The limits of speed are those of reading without a key."),
        "sandboxRuleBase": .init(
            "下の例の BASE は、このページの住所のはじめ(https:// から /developers の前まで)、KEY は試験用の鍵です。",
            easy: "BASE は、この ページの アドレスの はじめです。KEY は かぎです。",
            en: """
                In the examples, BASE is the beginning of this page's address (from https:// up to                 /developers), and KEY your test key.
                """),
        "sandboxHow": .init("使い方", easy: "つかいかた", en: "How to use it"),
        "sandboxGetKey": .init("試験用の鍵を出す", easy: "かぎを もらう", en: "Get a test key"),
        "sandboxKey": .init("あなたの試験用の鍵", easy: "あなたの かぎ", en: "Your test key"),
        "sandboxReset": .init("いま見本に戻す", easy: "いま もとに もどす", en: "Put the samples back now"),
        "sandboxResetNote": .init(
            "ほかの人が書いたものも消えます。", easy: "ほかの 人の データも きえます。",
            en: "What others wrote goes, too."),
        "sandboxRead": .init("1. 見本を読む", easy: "1. れいを 読む", en: "1. Read a sample"),
        "sandboxWrite": .init("2. 値を書く", easy: "2. 数を 書く", en: "2. Write a value"),
        "sandboxSubscribe": .init(
            "3. 変化を知らせてもらう", easy: "3. かわったら しらせて もらう", en: "3. Be told of changes"),
        "typeFaults-off": .init(
            "型との照合は切ってあります(city.yaml の types.validation)。",
            easy: "しらべて いません。", en: "Data is not checked (types.validation in city.yaml)."),
        "typeFaults-warn": .init(
            "型の説明に合わない値も受け取り、ここに数えます。直してから90日たつと消えます。",
            easy: "きまりに あわない データの 数です。",
            en:
                "Values that do not fit are stored, and counted here; 90 days after the last they are forgotten."
        ),
        "typeFaults-refuse": .init(
            "型の説明に合わない値は断り、ここに数えます。直してから90日たつと消えます。",
            easy: "きまりに あわない データは ことわります。その 数です。",
            en:
                "Values that do not fit are refused, and counted here; 90 days after the last they are forgotten."
        ),
        "typeFaultsNone": .init(
            "型に合わないデータはありません。", easy: "ありません。", en: "Everything fits its type."),
        "typeFaultsType": .init("型", easy: "しゅるい", en: "Type"),
        "typeFaultsTenant": .init("テナント", easy: "どこの", en: "Tenant"),
        "typeFaultsWriter": .init("書いた人", easy: "だれが", en: "Writer"),
        "typeFaultsCount": .init("件数", easy: "かず", en: "Count"),
        "typeFaultsLast": .init("最後のわけ", easy: "どうして", en: "Last reason"),
        "typeFaultsWhen": .init("いつ", easy: "いつ", en: "When"),
    ]
}
