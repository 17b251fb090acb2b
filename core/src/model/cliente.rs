use jiff::Timestamp;
use jiff::civil::Date;

use crate::document::DocumentKind as Doc;
use crate::model::{Id, Rule as R};
use crate::validate::rules;

open_enum! {
    /// Whether a customer is a person, a company, or foreign.
    TipoPessoa {
        /// A natural person, identified by CPF.
        Fisica = "FISICA",
        /// A company, identified by CNPJ.
        Juridica = "JURIDICA",
        /// Established abroad; has neither.
        Estrangeiro = "ESTRANGEIRO",
    }
}

open_enum! {
    /// Whether a customer pays ICMS, with the codes of the NF-e layout.
    IndicadorIe {
        /// Registered; the state registration is required.
        Contribuinte = "1",
        /// Exempt; the state registration is `ISENTO`.
        Isento = "2",
        /// Not registered, as persons usually are.
        NaoContribuinte = "9",
    }
}

open_enum! {
    /// Whether a customer is in use.
    SituacaoCliente {
        /// In use.
        Ativo = "ATIVO",
        /// Removed, kept for the record.
        Inativo = "INATIVO",
    }
}

model! {
    /// A Brazilian address.
    Endereco {
        /// Street, avenue, square (2 to 60 characters, the limit of the NF-e).
        logradouro "logradouro": Option<String> => R::text(2, 60).personal();
        /// House number; `S/N` where there is none.
        numero "numero": Option<String> => R::text(1, 60).personal();
        /// Flat, floor, block.
        complemento "complemento": Option<String> => R::text(1, 60).personal();
        /// Neighbourhood.
        bairro "bairro": Option<String> => R::text(1, 60).personal();
        /// Postal code, 8 digits.
        cep "cep": Option<String> => R::documento(Doc::Cep).personal();
        /// State, two letters.
        uf "uf": Option<String> => R::documento(Doc::Uf);
        /// Municipality, by name.
        municipio "municipio": Option<String> => R::text(2, 60);
        /// Municipality, by its 7-digit IBGE code.
        codigo_ibge "codigoIbge": Option<String> => R::documento(Doc::Municipio);
        /// Country by its BACEN code; `1058` is Brazil.
        pais "pais": Option<String> => R::text(1, 4);
    }
}

model! {
    /// A customer: who is billed.
    Cliente {
        /// Identifier given by the platform.
        id "id": Option<Id> => R::id().response();
        /// The customer's code in the company's own system; unique, and the key of an upsert.
        codigo_externo "codigoExterno": Option<String> => R::text(1, 60);
        /// Person, company or foreign; derived from the document where it is left out.
        tipo_pessoa "tipoPessoa": Option<crate::model::TipoPessoa> => R::option(TipoPessoa::NAMES);
        /// Name, or registered company name (razão social).
        nome "nome": Option<String> => R::text(2, 225).required().personal();
        /// Trade name.
        nome_fantasia "nomeFantasia": Option<String> => R::text(1, 60).personal();
        /// CPF (11 digits) or CNPJ (14 characters, possibly with letters), without punctuation.
        cpf_cnpj "cpfCnpj": Option<String> => R::documento(Doc::CpfCnpj).personal();
        /// State registration, or `ISENTO`; checked against the state of the address.
        inscricao_estadual "inscricaoEstadual": Option<String> => R::text(2, 20);
        /// Whether the customer pays ICMS: `1` yes, `2` exempt, `9` no.
        indicador_ie "indicadorIe": Option<crate::model::IndicadorIe> => R::option(IndicadorIe::NAMES);
        /// Municipal registration.
        inscricao_municipal "inscricaoMunicipal": Option<String> => R::text(1, 15);
        /// SUFRAMA registration, 8 or 9 digits.
        inscricao_suframa "inscricaoSuframa": Option<String> => R::text(8, 9);
        /// Main e-mail address.
        email "email": Option<String> => R::documento(Doc::Email).personal();
        /// Further e-mail addresses.
        emails_adicionais "emailsAdicionais": Vec<String> => R::list(&R::documento(Doc::Email)).personal();
        /// Telephone, kept as `+55` and digits.
        telefone "telefone": Option<String> => R::documento(Doc::Telefone).personal();
        /// Mobile telephone, kept as `+55` and digits.
        celular "celular": Option<String> => R::documento(Doc::Telefone).personal();
        /// Address.
        endereco "endereco": Option<Endereco> => R::object(Endereco::SCHEMA);
        /// Billing address, where it is another.
        endereco_cobranca "enderecoCobranca": Option<Endereco> => R::object(Endereco::SCHEMA);
        /// Date of birth; persons only.
        data_nascimento "dataNascimento": Option<Date> => R::date().personal();
        /// Whether the company is under Simples Nacional.
        optante_simples "optanteSimples": Option<bool> => R::boolean();
        /// Whether the company pays ICMS.
        contribuinte "contribuinte": Option<bool> => R::boolean();
        /// Whether the platform notifies the customer; true by default.
        notificar "notificar": Option<bool> => R::boolean();
        /// Free notes.
        observacoes "observacoes": Option<String> => R::text(1, 500).personal();
        /// Labels.
        tags "tags": Vec<String> => R::list(&R::text(1, 60));
        /// Group.
        grupo "grupo": Option<String> => R::text(1, 60);
        /// Whether it is in use; removing makes it inactive.
        situacao "situacao": Option<crate::model::SituacaoCliente> => R::option(SituacaoCliente::NAMES).response();
        /// When it was created.
        criado_em "criadoEm": Option<Timestamp> => R::datetime().response();
        /// When it was last changed.
        alterado_em "alteradoEm": Option<Timestamp> => R::datetime().response();
    }
    rules = rules::cliente
}
