import CityKernel
package import CityWeb
package import Foundation

extension Texts {
    /// Words of the platform's own pages.
    package static var ofCityPlatform: Texts {
        ofPlatformPages.overridden(by: ofDevelopers).overridden(by: ofSandbox).overridden(
            by: ofAudit
        )
        .overridden(by: ofNeighbours).overridden(by: ofConsent)
    }

    private static var ofPlatformPages: Texts {
        [
            "deliveriesWaiting": .init(
                "送信待ち {n}件", easy: "これから おくる もの {n}こ", en: "{n} waiting to be sent"),
            "deliveriesNone": .init(
                "届かなかったものはありません。", easy: "ぜんぶ とどきました。", en: "Everything was delivered."),
            "deliveriesReceiver": .init("あて先", easy: "あてさき", en: "Receiver"),
            "deliveriesReason": .init("わけ", easy: "わけ", en: "Reason"),
            "deliveriesAttempts": .init("試した回数", easy: "ためした かず", en: "Attempts"),
            "deliveriesSince": .init("あきらめた時", easy: "いつ", en: "Given up"),
            "deliveriesDecision": .init("どうするか", easy: "どうするか", en: "Decision"),
            "deliveriesResend": .init("もう一度送る", easy: "もう 一度 おくる", en: "Send again"),
            "deliveriesResendAll": .init(
                "このあて先へ全部", easy: "ぜんぶ おくる", en: "All of this receiver"),
            "deliveriesDiscard": .init("捨てる", easy: "すてる", en: "Discard"),
            "developersTitle": .init("開発者の方へ", easy: "プログラムを 作る人へ", en: "For developers"),
            "developersLead": .init(
                "市のデータは、標準のAPI(NGSI-LD)でだれでも読めます。書く、知らせてもらうには鍵が要ります。",
                easy: "市の データを プログラムで 読む ことが できます。",
                en: "Anyone reads the city's data through a standard API (NGSI-LD). "
                    + "Writing and being told of changes need a key."),
            "developersOpen": .init(
                "この市は試験のため鍵なしで動いています。BASE はこのページの住所に置きかえてください。",
                easy: "BASE を この ページの 住所に かえて ください。",
                en: "This city runs without keys, for trials. "
                    + "Put the address of this page in place of BASE."),
            "developersKeys": .init(
                "読むのに鍵はいりません。書くには市の情報担当が出す鍵(KEY)がいります。BASE はこのページの住所に置きかえてください。",
                easy: "読む ときは かぎが いりません。書く ときは 市の かぎが いります。",
                en: "Reading needs no key; writing needs one from the city's information section. "
                    + "Put the address of this page in place of BASE."),
            "developersCalls": .init("呼び出しの例", easy: "れい", en: "Calls to copy"),
            "developersQuery": .init("いまの状態をさがす", easy: "いまの ようすを さがす", en: "Find what is so now"),
            "developersHistory": .init("これまでの値を読む", easy: "まえの 数を 読む", en: "Read the history"),
            "developersSubscribe": .init(
                "変わったら知らせてもらう", easy: "かわったら しらせて もらう", en: "Be told of changes"),
            "developersEvents": .init(
                "変化を流れとして受け取る (SSE)", easy: "かわった ことを つづけて 読む",
                en: "Follow changes as a stream (SSE)"),
            "developersReadings": .init("水位を送る", easy: "水の 高さを おくる", en: "Send water levels"),
            "developersKinds": .init("データの種類", easy: "データの しゅるい", en: "Kinds of data"),
            "developersKind": .init("名前", easy: "名前", en: "Name"),
            "developersCount": .init("件数", easy: "かず", en: "Count"),
            "developersAttributes": .init("属性", easy: "なかみ", en: "Attributes"),
            "developersSample": .init("例", easy: "れい", en: "Sample"),
            "flowTitle": .init("データの流れ", easy: "データの ながれ", en: "How data flows"),
            "flowLead": .init(
                "だれがデータを市に渡し、市が何に使い、だれが見るか。この図は、動いているプログラムの登録簿から描いています。",
                easy: "だれの データを、市が 何に 使うか。この 絵は、動いて いる プログラムから かいて います。",
                en: "Who gives data to the city, what it is used for and who sees it. "
                    + "This picture is drawn from the register of the running program."),
            "flowPicture": .init("データの流れの図", easy: "データの ながれの 絵", en: "Picture of the flow"),
            "flowKey": .init(
                "点線の枠は市の外とのつなぎ目、青い枠は市のサービス、丸い枠はデータの種類。矢印は書く人から読む人へ。",
                easy: "点線は 市の 外との つなぎ、青は 市の サービス、丸は データです。",
                en: "Dashed: link to the outside. Blue: service of the city. "
                    + "Rounded: kind of data. Arrows go from writer to reader."),
            "flowServices": .init("サービスごとの説明", easy: "サービスの せつめい", en: "Service by service"),
            "flowReads": .init("読むデータ", easy: "読む データ", en: "Reads"),
            "flowWrites": .init("書くデータ", easy: "書く データ", en: "Writes"),
            "flowOutside": .init("市の外", easy: "市の 外", en: "Outside the city"),
            "flowPlan": .init("計画の項目", easy: "計画の 番号", en: "Plan item"),
            "flowPersonal": .init("個人情報", easy: "あなたの じょうほう", en: "Personal data"),
            "flowNoPersonal": .init("使いません", easy: "使いません", en: "none"),
            "flowOpenData": .init("オープンデータとして公開", easy: "だれでも 使える", en: "released as open data"),
        ]
    }
}

extension TemplateLibrary {
    /// Templates of the platform's own pages.
    package static var ofCityPlatform: URL { Bundle.module.bundleURL.appending(path: "Templates") }
}
