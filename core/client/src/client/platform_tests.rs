//! Tests the profiles of real platforms with requests and answers in the form of public documents. Those of Lago, and
//! the customers of Asaas, Omie and Vindi, follow published examples. The rest was written by hand, as the head of each
//! profile says.

use smartbill_model::error::{ErrorKind, Outcome};
use smartbill_model::{Cliente, Cobranca, Consumo, Contrato, Id, Model, Servico, Value};

use crate::api::Operation;
use crate::client::wire_tests::{Platform, all, call, now, of};
use crate::profile::Profile;

const ASAAS: &str = include_str!("../../../../profiles/asaas.toml");
const IUGU: &str = include_str!("../../../../profiles/iugu.toml");
const LAGO: &str = include_str!("../../../../profiles/lago.toml");
const OMIE: &str = include_str!("../../../../profiles/omie.toml");
const VINDI: &str = include_str!("../../../../profiles/vindi.toml");

const REMOVAL: &str = "DELETE";

const FIRST: &str = r#"{"codigoExterno":"12987382","nome":"John Doe","cpfCnpj":"24971563792",
    "email":"john.doe@asaas.com.br","celular":"+5547998781877",
    "endereco":{"logradouro":"Av. Paulista","numero":"150","complemento":"Sala 201","bairro":"Centro","cep":"01310000"}}"#;

#[test]
fn each_profile_says_of_every_operation_whether_the_platform_has_it() {
    for (text, name, operations) in
        [(ASAAS, "asaas", 11), (IUGU, "iugu", 11), (LAGO, "lago", 14), (OMIE, "omie", 6), (VINDI, "vindi", 12)]
    {
        let profile = Profile::from_toml(text, name).unwrap();
        assert_eq!(profile.name(), name);
        assert_eq!(
            Operation::ALL.iter().filter(|operation| profile.supports(**operation)).count(),
            operations,
            "{name}"
        );
        // Each profile says for every operation what it does.
        assert!(Operation::ALL.iter().all(|operation| text.contains(&format!("\"{operation}\" = "))), "{name}");
        assert_eq!(profile.servable().map_err(|e| e.to_string()), Ok(()), "{name}");
    }
}

#[test]
fn asaas_customers() {
    let answer = r#"{"object":"customer","id":"cus_000005401844","dateCreated":"2024-07-12","name":"John Doe",
        "email":"john.doe@asaas.com.br","company":null,"phone":"4738010919","mobilePhone":"47998781877",
        "address":"Av. Paulista","addressNumber":"150","complement":"Sala 201","province":"Centro",
        "postalCode":"01310000","cpfCnpj":"24971563792","personType":"FISICA","deleted":false,
        "additionalEmails":"john.doe.silva@asaas.com.br","externalReference":"12987382","notificationDisabled":false,
        "observations":null,"municipalInscription":null,"stateInscription":null,"city":10532,"cityName":"São Paulo",
        "state":"SP","country":"Brasil"}"#;
    let list =
        format!(r#"{{"object":"list","hasMore":false,"totalCount":1,"limit":100,"offset":0,"data":[{answer}]}}"#);
    let removed = r#"{"deleted":true,"id":"cus_000005401844"}"#;
    let refused = r#"{"errors":[{"code":"invalid_cpfCnpj","description":"O CPF/CNPJ informado é inválido."}]}"#;
    let platform = Platform::new(&[answer, removed, &format!("400\n{refused}"), &list]);
    let client = platform.client_with(ASAAS, "$aact_key");
    let added = now(client.incluir(&of::<Cliente>(FIRST), &call())).unwrap().record;
    assert_eq!(added.id, Some(Id::from("cus_000005401844")));
    assert_eq!(word(&added, "tipo_pessoa"), "FISICA");
    assert_eq!(word(&added, "situacao"), "ATIVO");
    assert_eq!(added.endereco.as_ref().and_then(|e| e.cep.as_deref()), Some("01310000"));
    assert!(added.findings.is_empty(), "{:?}", added.findings);
    now(client.remover::<Cliente>("cus_000005401844", &call())).unwrap();
    let error = now(client.incluir(&of::<Cliente>(FIRST), &call())).unwrap_err();
    assert_eq!((error.kind(), error.details().outcome), (ErrorKind::Rejected, Some(Outcome::Rejected)));
    assert_eq!(error.details().server_code.as_deref(), Some("invalid_cpfCnpj"));
    let found = now(client.locate::<Cliente>("12987382", &call())).unwrap();
    assert_eq!(found.and_then(|c| c.id), Some(Id::from("cus_000005401844")));
    let sent = r#"POST /v3/customers access_token: $aact_key {"externalReference":"12987382","name":"John Doe","cpfCnpj":"24971563792","email":"john.doe@asaas.com.br","mobilePhone":"+5547998781877","address":"Av. Paulista","addressNumber":"150","complement":"Sala 201","province":"Centro","postalCode":"01310000"}"#;
    assert_eq!(
        platform.asked(),
        [
            sent,
            [REMOVAL, " /v3/customers/cus_000005401844 access_token: $aact_key"].concat().as_str(),
            sent,
            "GET /v3/customers?externalReference=12987382&offset=0&limit=100 access_token: $aact_key"
        ]
    );
}

#[test]
fn asaas_subscriptions_and_payments() {
    let subscription = r#"{"object":"subscription","id":"sub_VXJBYgP2u0eO","dateCreated":"2023-09-01",
        "customer":"cus_0T1mdomVMi39","billingType":"BOLETO","cycle":"MONTHLY","value":19.9,"nextDueDate":"2023-10-15",
        "description":"Assinatura Plano Pró","status":"INACTIVE","deleted":false}"#;
    let payments = r#"{"object":"list","hasMore":false,"totalCount":1,"limit":100,"offset":0,"data":[
        {"object":"payment","id":"pay_080225913252","dateCreated":"2017-03-10","customer":"cus_G7Dvo4iphUNk",
        "subscription":null,"dueDate":"2017-06-10","originalDueDate":"2017-06-10","value":129.9,"netValue":124.9,
        "billingType":"CREDIT_CARD","status":"CONFIRMED","invoiceUrl":"https://www.asaas.com/i/080225913252",
        "invoiceNumber":"00005101","externalReference":"056984","paymentDate":null}]}"#;
    let platform = Platform::new(&[subscription, r#"{"deleted":true,"id":"sub_VXJBYgP2u0eO"}"#, payments]);
    let client = platform.client_with(ASAAS, "key");
    let reason = Value::from_json(br#"{"motivo":"fim"}"#).unwrap();
    let id = Id::from("sub_VXJBYgP2u0eO");
    let mut off = now(client.desativar(std::slice::from_ref(&id), reason.clone(), &call())).unwrap();
    let contract: Contrato = off.remove(0).outcome.unwrap().record;
    assert_eq!(word(&contract, "periodicidade"), "MENSAL");
    assert_eq!(word(&contract, "situacao"), "INATIVO");
    now(client.cancelar("sub_VXJBYgP2u0eO", reason, &call())).unwrap();
    let filter = Value::from_json(br#"{"clienteId":"cus_G7Dvo4iphUNk","de":"2017-06-01"}"#).unwrap();
    let mut pager = client.listar::<Cobranca>(filter, &call()).unwrap();
    let charge = now(pager.next(&client)).unwrap().unwrap().remove(0);
    assert_eq!(word(&charge, "situacao"), "PAGA");
    assert_eq!(charge.valor_liquido.map(|v| v.to_string()).as_deref(), Some("129.9"));
    assert_eq!(charge.data_vencimento.map(|d| d.to_string()).as_deref(), Some("2017-06-10"));
    assert_eq!(
        platform.asked(),
        [
            r#"PUT /v3/subscriptions/sub_VXJBYgP2u0eO access_token: key {"status":"INACTIVE"}"#,
            [REMOVAL, " /v3/subscriptions/sub_VXJBYgP2u0eO access_token: key"].concat().as_str(),
            "GET /v3/payments?customer=cus_G7Dvo4iphUNk&dueDate%5Bge%5D=2017-06-01&offset=0&limit=100 access_token: key"
        ]
    );
}

#[test]
fn iugu_customers_subscriptions_and_invoices() {
    let customer = r#"{"id":"77C2565F6F064A26ABED4255894224F0","email":"email@email.com","name":"Nome do Cliente",
        "notes":"Anotações Gerais","created_at":"2013-11-18T14:58:30-02:00","updated_at":"2013-11-18T14:58:30-02:00",
        "cpf_cnpj":null,"zip_code":"29190560","number":"42","street":"Rua dos Bobos","city":"Aracruz","state":"ES",
        "district":"Centro","complement":null,"custom_variables":[]}"#;
    let stopped_answer = r#"{"id":"B3F2FE4AA10A433ABB5A1B11C5882C00","suspended":true,"plan_identifier":"id1",
        "price_cents":200,"currency":"BRL","customer_id":"77C2565F6F064A26ABED4255894224F0","expires_at":"2024-09-25",
        "plan_name":"plan1"}"#;
    let invoices = r#"{"totalItems":1,"items":[{"id":"0958D6E6A0BA4C1C9F4B3B1A6C8A7F3E","due_date":"2013-11-30",
        "currency":"BRL","status":"paid","total_cents":1000,"total_paid_cents":1000,"payable_with":"bank_slip",
        "paid_at":"2013-11-19T10:00:00-02:00","secure_url":"https://faturas.iugu.com/0958d6e6","items":[]}]}"#;
    let errors = r#"{"errors":{"email":["não é válido"],"cpf_cnpj":["não é válido"]}}"#;
    let platform = Platform::new(&[customer, stopped_answer, invoices, &format!("422\n{errors}")]);
    let client = platform.client_with(IUGU, "key");
    let asked = of::<Cliente>(
        r#"{"nome":"Nome do Cliente","email":"email@email.com","cpfCnpj":"24971563792","endereco":
        {"logradouro":"Rua dos Bobos","numero":"42","bairro":"Centro","cep":"29190560","uf":"ES","municipio":"Aracruz"}}"#,
    );
    let added = now(client.incluir(&asked, &call())).unwrap().record;
    assert_eq!(added.endereco.as_ref().and_then(|e| e.municipio.as_deref()), Some("Aracruz"));
    assert!(added.findings.is_empty() && added.criado_em.is_some());
    let stopped: Contrato =
        now(client.suspender("B3F2FE4AA10A433ABB5A1B11C5882C00", Value::Object(vec![]), &call())).unwrap().record;
    assert_eq!(word(&stopped, "situacao"), "SUSPENSO");
    let mut pager = client.listar::<Cobranca>(Value::Object(vec![]), &call()).unwrap();
    let charge = now(pager.next(&client)).unwrap().unwrap().remove(0);
    assert_eq!(charge.valor_pago.map(|v| v.to_string()).as_deref(), Some("10.00"));
    assert_eq!(charge.data_pagamento.map(|d| d.to_string()).as_deref(), Some("2013-11-19"));
    assert_eq!(word(&charge, "situacao"), "PAGA");
    let error = now(client.incluir(&asked, &call())).unwrap_err();
    let paths: Vec<_> = error.details().fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(paths, ["email", "cpfCnpj"]);
    // The platform has no place for the company's own code. The code is not lost silently.
    assert!(now(client.incluir(&of::<Cliente>(FIRST), &call())).unwrap_err().to_string().contains("`codigoExterno`"));
    let sent = r#"POST /v1/customers authorization: Basic a2V5Og== {"name":"Nome do Cliente","cpf_cnpj":"24971563792","email":"email@email.com","street":"Rua dos Bobos","number":"42","district":"Centro","zip_code":"29190560","state":"ES","city":"Aracruz"}"#;
    assert_eq!(
        platform.asked(),
        [
            sent,
            "POST /v1/subscriptions/B3F2FE4AA10A433ABB5A1B11C5882C00/suspend authorization: Basic a2V5Og== {}",
            "GET /v1/invoices?start=0&limit=100 authorization: Basic a2V5Og==",
            sent
        ]
    );
}

#[test]
fn lago_customers_events_and_invoices() {
    let customer = r#"{"customer":{"lago_id":"1a901a90-1a90-1a90-1a90-1a901a901a90","sequential_id":1,
        "slug":"LAG-1234-001","external_id":"5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba","created_at":"2022-04-29T08:59:51Z",
        "address_line1":"5230 Penfield Ave","address_line2":null,"city":"Woodland Hills","country":"US","currency":"USD",
        "email":"dinesh@piedpiper.test","legal_name":"Coleman-Blair","name":"Gavin Belson","state":"CA",
        "tax_identification_number":"EU123456789","zipcode":"91364","updated_at":"2022-04-29T08:59:51Z"}}"#;
    let event = r#"{"event":{"lago_id":"1a901a90-1a90-1a90-1a90-1a901a901a90","transaction_id":"transaction_1234567890",
        "lago_customer_id":"1a901a90-1a90-1a90-1a90-1a901a901a90","code":"storage","timestamp":"2022-04-29T08:59:51.123Z",
        "properties":{"quantity":2.5},"external_subscription_id":"sub_1234567890","created_at":"2022-04-29T08:59:51Z"}}"#;
    let invoices = r#"{"invoices":[{"lago_id":"1a901a90-1a90-1a90-1a90-1a901a901a90","number":"LAG-1234-001-002",
        "issuing_date":"2022-04-30","payment_due_date":"2022-04-30","status":"finalized","payment_status":"failed",
        "currency":"EUR","sub_total_including_taxes_amount_cents":120,"total_amount_cents":100,
        "customer":{"external_id":"5eb02857","name":"Gavin Belson"}}],
        "meta":{"current_page":1,"next_page":null,"prev_page":null,"total_pages":1,"total_count":1}}"#;
    let refused = r#"{"status":422,"error":"Unprocessable entity","code":"validation_errors",
        "error_details":{"tax_identification_number":["invalid_format"]}}"#;
    let platform =
        Platform::new(&[customer, customer, event, invoices, &format!("422\n{refused}"), r#"{"lago_id":"1"}"#]);
    let client = platform.client_with(LAGO, "key");
    let known = of::<Cliente>(
        r#"{"codigoExterno":"5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba","nome":"Gavin Belson","cpfCnpj":"24971563792"}"#,
    );
    let added = now(client.incluir(&known, &call())).unwrap().record;
    assert_eq!(added.id, Some(Id::from("5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba")));
    assert_eq!(added.codigo_externo.as_deref(), Some("5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba"));
    let change = of::<Cliente>(r#"{"email":"dinesh@piedpiper.test"}"#);
    now(client.alterar::<Cliente>("5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba", &change, &[], &call())).unwrap();
    let usage = of::<Consumo>(
        r#"{"idExterno":"transaction_1234567890","contratoCodigoExterno":"sub_1234567890","servicoCodigo":"storage",
        "dataConsumo":"2022-04-29","quantidade":"2.5"}"#,
    );
    let used = now(client.incluir(&usage, &call())).unwrap().record;
    assert_eq!(used.quantidade.map(|v| v.to_string()).as_deref(), Some("2.5"));
    assert_eq!(used.data_consumo.map(|d| d.to_string()).as_deref(), Some("2022-04-29"));
    let mut pager = client.listar::<Cobranca>(Value::Object(vec![]), &call()).unwrap();
    let owed = now(pager.next(&client)).unwrap().unwrap().remove(0);
    assert_eq!(
        (owed.valor_liquido.unwrap().to_string(), owed.cliente_id.clone()),
        ("1.00".into(), Some(Id::from("5eb02857")))
    );
    // `failed` is not a state of the model. It is kept, with a finding.
    assert_eq!(word(&owed, "situacao"), "failed");
    assert_eq!(owed.findings.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["situacao"]);
    let error = now(client.alterar::<Cliente>("5", &change, &[], &call())).unwrap_err();
    assert_eq!((error.kind(), error.details().fields[0].path.as_str()), (ErrorKind::Rejected, "cpfCnpj"));
    let error = now(client.obter::<Cliente>("5", &call())).unwrap_err();
    assert!(error.to_string().contains("holds no record at `customer`; it holds `lago_id`"), "{error}");
    assert_eq!(
        platform.asked(),
        [
            r#"POST /api/v1/customers {"customer":{"external_id":"5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba","name":"Gavin Belson","tax_identification_number":"24971563792"}}"#,
            r#"POST /api/v1/customers {"customer":{"email":"dinesh@piedpiper.test","external_id":"5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba"}}"#,
            // 2022-04-29T03:00:00Z.
            r#"POST /api/v1/events {"event":{"transaction_id":"transaction_1234567890","external_subscription_id":"sub_1234567890","code":"storage","timestamp":1651201200,"properties":{"quantity":2.5}}}"#,
            "GET /api/v1/invoices?page=1&per_page=100",
            r#"POST /api/v1/customers {"customer":{"email":"dinesh@piedpiper.test","external_id":"5"}}"#,
            "GET /api/v1/customers/5",
        ]
    );
}

#[test]
fn omie_customers_and_receivables() {
    let done = r#"{"codigo_cliente_omie":2370765,"codigo_cliente_integracao":"CodigoInterno0001","codigo_status":"0",
        "descricao_status":"Cliente cadastrado com sucesso!"}"#;
    let customer = r#"{"bairro":"SETOR 01","bloquear_faturamento":"N","cep":"76870175","cidade":"ARIQUEMES (RO)",
        "cidade_ibge":"1100023","cnpj_cpf":"02.923.710/0001-19","codigo_cliente_integracao":"934690",
        "codigo_cliente_omie":2370765,"codigo_pais":"1058","complement":"","dadosBancarios":{"agencia":""},
        "email":"primeiro@ccliente.com.br","endereco":"AVENIDA JAMARI","enderecoEntrega":{},"endereco_numero":"2007",
        "estado":"RO","exterior":"N","inativo":"N","info":{"dInc":"07/04/2014"},"pessoa_fisica":"N",
        "razao_social":"Primeiro Cliente  Ltda Me","nome_fantasia":"Primeiro Cliente","tags":[{"tag":"Cliente"}]}"#;
    let list = format!(
        r#"{{"pagina":1,"total_de_paginas":1,"registros":1,"total_de_registros":1,"clientes_cadastro":[{customer}]}}"#
    );
    let receivables = r#"{"pagina":1,"total_de_paginas":1,"registros":1,"total_de_registros":1,"conta_receber_cadastro":[
        {"codigo_cliente_fornecedor":3396227045,"codigo_lancamento_integracao":"","codigo_lancamento_omie":3396594432,
        "data_previsao":"31/01/2022","data_registro":"31/12/2022","data_vencimento":"30/01/2022",
        "status_titulo":"ATRASADO","valor_documento":40.38}]}"#;
    let fault =
        r#"{"faultstring":"ERROR: Cliente não cadastrado para o Código [0] !","faultcode":"SOAP-ENV:Client-105"}"#;
    let platform = Platform::new(&[done, &list, receivables, &format!("500\n{fault}"), done]);
    let client = platform.client_with(OMIE, "38333295000:4cea520a0e2a2ecdc267b75d3424a0ed");
    let first = of::<Cliente>(
        r#"{"codigoExterno":"CodigoInterno0001","email":"primeiro@ccliente.com.br","nome":"Primeiro Cliente  Ltda Me",
        "nomeFantasia":"Primeiro Cliente","cpfCnpj":"02923710000119"}"#,
    );
    assert_eq!(now(client.incluir(&first, &call())).unwrap().record.id, Some(Id::from("2370765")));
    let found = now(client.locate::<Cliente>("934690", &call())).unwrap().unwrap();
    assert_eq!(word(&found, "situacao"), "ATIVO");
    assert_eq!(word(&found, "tipo_pessoa"), "JURIDICA");
    assert_eq!(found.endereco.as_ref().and_then(|e| e.codigo_ibge.as_deref()), Some("1100023"));
    assert!(found.findings.is_empty() && found.tags.is_empty(), "{:?}", found.findings);
    let mut pager = client.listar::<Cobranca>(Value::Object(vec![]), &call()).unwrap();
    let charge = now(pager.next(&client)).unwrap().unwrap().remove(0);
    assert_eq!(
        charge.value().to_json(),
        r#"{"id":"3396594432","codigoExterno":"","clienteId":"3396227045","dataVencimento":"2022-01-30","valorOriginal":"40.38","situacao":"VENCIDA","data_previsao":"31/01/2022","data_registro":"31/12/2022"}"#
    );
    let error = now(client.obter::<Cliente>("9", &call())).unwrap_err();
    assert_eq!(
        (error.kind(), error.details().server_code.as_deref()),
        (ErrorKind::Rejected, Some("SOAP-ENV:Client-105"))
    );
    now(client.remover::<Cliente>("2370765", &call())).unwrap();
    // The identifiers are integers.
    let error = now(client.obter::<Cliente>("A-9", &call())).unwrap_err();
    assert!(error.to_string().contains("takes only an integer at `id`"), "{error}");
    let keys = r#""app_key":"38333295000","app_secret":"4cea520a0e2a2ecdc267b75d3424a0ed"}"#;
    let expected = [
        r#"POST /api/v1/geral/clientes/ {"param":[{"codigo_cliente_integracao":"CodigoInterno0001","razao_social":"Primeiro Cliente  Ltda Me","nome_fantasia":"Primeiro Cliente","cnpj_cpf":"02923710000119","email":"primeiro@ccliente.com.br"}],"call":"IncluirCliente","#,
        r#"POST /api/v1/geral/clientes/ {"param":[{"clientesFiltro":{"codigo_cliente_integracao":"934690"},"pagina":1,"registros_por_pagina":50}],"call":"ListarClientes","#,
        r#"POST /api/v1/financas/contareceber/ {"param":[{"pagina":1,"registros_por_pagina":50}],"call":"ListarContasReceber","#,
        r#"POST /api/v1/geral/clientes/ {"param":[{"codigo_cliente_omie":9}],"call":"ConsultarCliente","#,
        r#"POST /api/v1/geral/clientes/ {"param":[{"codigo_cliente_omie":2370765}],"call":"ExcluirCliente","#,
    ];
    assert_eq!(platform.asked(), expected.map(|line| [line, keys].concat()));
}

#[test]
fn vindi_customers_products_and_bills() {
    let customer = r#"{"customer":{"id":12345,"name":"NAME","email":"email@example.com","registry_code":"24971563792",
        "code":"CODE","notes":"NOTES","status":"archived","created_at":"2018-05-07T15:48:14.000-03:00",
        "updated_at":"2018-05-07T16:35:35.000-03:00","metadata":{},"address":{"street":"STREET","number":"NUMBER",
        "additional_details":"ADDITIONAL_DETAIL","zipcode":"40000000","neighborhood":"NEIGHBORHOOD","city":"CITY",
        "state":"BA","country":"BR"},"phones":[{"id":1,"phone_type":"mobile","number":"5571999999999","extension":""}]}}"#;
    let products = r#"{"products":[{"id":7,"name":"Mensalidade","code":"MENS","unit":null,"status":"active",
        "description":null,"pricing_schema":{"id":9,"short_format":"R$ 99,90","price":"99.9","schema_type":"flat"}}]}"#;
    let bills = r#"{"bills":[{"id":31,"code":null,"amount":"99.9","installments":1,"status":"pending",
        "due_at":"2018-06-10T23:59:59.000-03:00","url":"https://app.vindi.com.br/customer/bills/31",
        "created_at":"2018-05-07T15:48:14.000-03:00","charges":[{"id":4,"print_url":"https://app.vindi.com.br/p/4"},
        {"id":5}],"customer":{"id":12345,"name":"NAME"},"subscription":{"id":3}}]}"#;
    let refused = r#"{"errors":[{"id":"invalid_parameter","parameter":"registry_code","message":"não é válido"}]}"#;
    let empty = |name: &str| format!("{{\"{name}\":[]}}");
    let platform =
        Platform::new(&[customer, products, &empty("products"), bills, &empty("bills"), &format!("422\n{refused}")]);
    let client = platform.client_with(VINDI, "key");
    let asked = of::<Cliente>(
        r#"{"codigoExterno":"CODE","nome":"NAME","cpfCnpj":"24971563792","endereco":{"logradouro":"STREET","numero":"12",
        "bairro":"NEIGHBORHOOD","cep":"40000000","uf":"BA","municipio":"CITY"}}"#,
    );
    let added = now(client.incluir(&asked, &call())).unwrap().record;
    assert_eq!((added.id.clone(), added.telefone.as_deref()), (Some(Id::from("12345")), Some("5571999999999")));
    assert_eq!(word(&added, "situacao"), "INATIVO");
    assert_eq!(added.endereco.as_ref().and_then(|e| e.complemento.as_deref()), Some("ADDITIONAL_DETAIL"));
    assert!(added.findings.is_empty(), "{:?}", added.findings);
    let services = all::<Servico>(&platform, VINDI, "{}");
    assert!(
        services[0].starts_with(r#"{"id":"7","codigo":"MENS","nome":"Mensalidade","valorUnitario":"99.9","#),
        "{services:?}"
    );
    let charges = all::<Cobranca>(&platform, VINDI, "{}");
    let charge: Cobranca = of_answer(&charges[0]);
    assert_eq!(charge.data_vencimento.map(|d| d.to_string()).as_deref(), Some("2018-06-10"));
    assert_eq!(charge.boleto.and_then(|b| b.url).as_deref(), Some("https://app.vindi.com.br/p/4"));
    let error = now(client.incluir(&asked, &call())).unwrap_err();
    assert_eq!(error.details().server_code.as_deref(), Some("invalid_parameter"));
    // A search that the platform does not offer is not sent.
    let filter = Value::from_json(br#"{"nome":"NAME"}"#).unwrap();
    let mut pager = client.listar::<Cliente>(filter, &call()).unwrap();
    assert_eq!(now(pager.next(&client)).unwrap_err().kind(), ErrorKind::Profile);
    let lines = platform.asked();
    let sent = r#"POST /api/v1/customers authorization: Basic a2V5Og== {"code":"CODE","name":"NAME","registry_code":"24971563792","address":{"street":"STREET","number":"12","neighborhood":"NEIGHBORHOOD","zipcode":"40000000","state":"BA","city":"CITY"}}"#;
    assert_eq!(lines[0], sent);
    assert_eq!(lines[1], "GET /api/v1/products?page=1&per_page=50 authorization: Basic VDpV");
    assert_eq!(lines[3], "GET /api/v1/bills?page=1&per_page=50 authorization: Basic VDpV");
}

#[test]
fn the_profile_in_the_description_reads_the_examples_of_its_platform() {
    let text = include_str!("../../../../docs/profiles.md");
    let mut blocks = text.split("```toml\n").filter_map(|part| part.split("```").next());
    let profile = blocks.find(|block| block.starts_with("name = \"woovi\"")).unwrap();
    let customer = r#"{"name":"Dan","email":"email0@example.com","phone":"5511999999999","taxID":{"taxID":"31324227036",
        "type":"BR:CPF"},"correlationID":"fe7834b4060c488a9b0f89811be5f5cf"}"#;
    let customer = format!(r#"{{"customer":{customer}}}"#);
    let subscription = r#"{"subscription":{"globalID":"UGF5bWVudFN1YnNjcmlwdGlvbjo2M2UzYjJiNzczZDNkOTNiY2RkMzI5OTM=",
        "customer":{"name":"Dan","email":"email0@example.com"},"value":100,"dayGenerateCharge":5,
        "correlationID":"subscription#1","status":"ACTIVE"}}"#;
    let charges = r#"{"pageInfo":{"skip":0,"limit":100,"hasPreviousPage":false,"hasNextPage":false},"charges":[
        {"status":"ACTIVE","customer":{"name":"Dan","taxID":{"taxID":"31324227036","type":"BR:CPF"}},"value":100,
        "comment":"good","correlationID":"9134e286-6f71-427a-bf00-241681624586",
        "paymentLinkUrl":"https://woovi.com/pay/9134e286-6f71-427a-bf00-241681624586",
        "createdAt":"2021-03-02T17:28:51.882Z"}]}"#;
    let refused = r#"{"error":"Cliente inválido"}"#;
    let platform = Platform::new(&[&customer, &customer, subscription, charges, &format!("400\n{refused}")]);
    let client = platform.client_with(profile, "AppID");
    let asked = of::<Cliente>(
        r#"{"codigoExterno":"fe7834b4060c488a9b0f89811be5f5cf","nome":"Dan","cpfCnpj":"31324227036",
        "email":"email0@example.com"}"#,
    );
    let added = now(client.incluir(&asked, &call())).unwrap().record;
    assert_eq!(added.id, Some(Id::from("fe7834b4060c488a9b0f89811be5f5cf")));
    assert_eq!((added.cpf_cnpj.as_deref(), added.findings.len()), (Some("31324227036"), 0));
    let found = now(client.obter::<Cliente>("fe7834b4060c488a9b0f89811be5f5cf", &call())).unwrap();
    assert_eq!(found.codigo_externo.as_deref(), Some("fe7834b4060c488a9b0f89811be5f5cf"));
    let contract = now(client.obter::<Contrato>("subscription#1", &call())).unwrap();
    assert_eq!((word(&contract, "situacao").as_str(), contract.dia_vencimento), ("ATIVO", Some(5)));
    let filter = Value::from_json(br#"{"clienteId":"fe7834b4060c488a9b0f89811be5f5cf"}"#).unwrap();
    let mut pager = client.listar::<Cobranca>(filter, &call()).unwrap();
    let charge = now(pager.next(&client)).unwrap().unwrap().remove(0);
    assert_eq!(
        (word(&charge, "situacao").as_str(), charge.valor_liquido.unwrap().to_string().as_str()),
        ("EM_ABERTO", "1.00")
    );
    assert_eq!(charge.data_emissao.map(|d| d.to_string()).as_deref(), Some("2021-03-02"));
    let error = now(client.obter::<Cliente>("x", &call())).unwrap_err();
    assert!(error.to_string().contains("Cliente inválido"), "{error}");
    assert_eq!(
        platform.asked(),
        [
            r#"POST /api/v1/customer authorization: AppID {"correlationID":"fe7834b4060c488a9b0f89811be5f5cf","name":"Dan","taxID":"31324227036","email":"email0@example.com"}"#,
            "GET /api/v1/customer/fe7834b4060c488a9b0f89811be5f5cf authorization: AppID",
            "GET /api/v1/subscriptions/subscription%231 authorization: AppID",
            "GET /api/v1/charge?customer=fe7834b4060c488a9b0f89811be5f5cf&skip=0&limit=100 authorization: AppID",
            "GET /api/v1/customer/x authorization: AppID",
        ]
    );
}

/// The value of an enum.
fn word(record: &impl Model, name: &str) -> String {
    record.field(name).unwrap().text().unwrap().to_owned()
}

fn of_answer<M: Model>(json: &str) -> M {
    use smartbill_model::validate::{Intent, Options};
    let options = Options { intent: Intent::Response, ..Options::default() };
    M::validar(Value::from_json(json.as_bytes()).unwrap(), options).unwrap().0
}
