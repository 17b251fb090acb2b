use jiff::Timestamp;
use jiff::civil::Date;

use crate::document::Tipo as Doc;
use crate::model::{Id, Regra as R};
use crate::validate::regras;

opcoes! {
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

opcoes! {
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

opcoes! {
    /// Whether a customer is in use.
    SituacaoCliente {
        /// In use.
        Ativo = "ATIVO",
        /// Removed, kept for the record.
        Inativo = "INATIVO",
    }
}

modelo! {
    /// A Brazilian address.
    Endereco {
        /// Street, avenue, square (2 to 60 characters, the limit of the NF-e).
        logradouro "logradouro": Option<String> => R::texto(2, 60).pessoal();
        /// House number; `S/N` where there is none.
        numero "numero": Option<String> => R::texto(1, 60).pessoal();
        /// Flat, floor, block.
        complemento "complemento": Option<String> => R::texto(1, 60).pessoal();
        /// Neighbourhood.
        bairro "bairro": Option<String> => R::texto(1, 60).pessoal();
        /// Postal code, 8 digits.
        cep "cep": Option<String> => R::documento(Doc::Cep).pessoal();
        /// State, two letters.
        uf "uf": Option<String> => R::documento(Doc::Uf);
        /// Municipality, by name.
        municipio "municipio": Option<String> => R::texto(2, 60);
        /// Municipality, by its 7-digit IBGE code.
        codigo_ibge "codigoIbge": Option<String> => R::documento(Doc::Municipio);
        /// Country by its BACEN code; `1058` is Brazil.
        pais "pais": Option<String> => R::texto(1, 4);
    }
}

modelo! {
    /// A customer: who is billed.
    Cliente {
        /// Identifier given by the platform.
        id "id": Option<Id> => R::id().resposta();
        /// The customer's code in the company's own system; unique, and the key of an upsert.
        codigo_externo "codigoExterno": Option<String> => R::texto(1, 60);
        /// Person, company or foreign; derived from the document where it is left out.
        tipo_pessoa "tipoPessoa": Option<crate::model::TipoPessoa> => R::opcao(TipoPessoa::NOMES);
        /// Name, or registered company name (razão social).
        nome "nome": Option<String> => R::texto(2, 225).obrigatorio().pessoal();
        /// Trade name.
        nome_fantasia "nomeFantasia": Option<String> => R::texto(1, 60).pessoal();
        /// CPF (11 digits) or CNPJ (14 characters, possibly with letters), without punctuation.
        cpf_cnpj "cpfCnpj": Option<String> => R::documento(Doc::CpfCnpj).pessoal();
        /// State registration, or `ISENTO`; checked against the state of the address.
        inscricao_estadual "inscricaoEstadual": Option<String> => R::texto(2, 20);
        /// Whether the customer pays ICMS: `1` yes, `2` exempt, `9` no.
        indicador_ie "indicadorIe": Option<crate::model::IndicadorIe> => R::opcao(IndicadorIe::NOMES);
        /// Municipal registration.
        inscricao_municipal "inscricaoMunicipal": Option<String> => R::texto(1, 15);
        /// SUFRAMA registration, 8 or 9 digits.
        inscricao_suframa "inscricaoSuframa": Option<String> => R::texto(8, 9);
        /// Main e-mail address.
        email "email": Option<String> => R::documento(Doc::Email).pessoal();
        /// Further e-mail addresses.
        emails_adicionais "emailsAdicionais": Vec<String> => R::lista(&R::documento(Doc::Email)).pessoal();
        /// Telephone, kept as `+55` and digits.
        telefone "telefone": Option<String> => R::documento(Doc::Telefone).pessoal();
        /// Mobile telephone, kept as `+55` and digits.
        celular "celular": Option<String> => R::documento(Doc::Telefone).pessoal();
        /// Address.
        endereco "endereco": Option<Endereco> => R::objeto(Endereco::ESQUEMA);
        /// Billing address, where it is another.
        endereco_cobranca "enderecoCobranca": Option<Endereco> => R::objeto(Endereco::ESQUEMA);
        /// Date of birth; persons only.
        data_nascimento "dataNascimento": Option<Date> => R::data().pessoal();
        /// Whether the company is under Simples Nacional.
        optante_simples "optanteSimples": Option<bool> => R::booleano();
        /// Whether the company pays ICMS.
        contribuinte "contribuinte": Option<bool> => R::booleano();
        /// Whether the platform notifies the customer; true by default.
        notificar "notificar": Option<bool> => R::booleano();
        /// Free notes.
        observacoes "observacoes": Option<String> => R::texto(1, 500).pessoal();
        /// Labels.
        tags "tags": Vec<String> => R::lista(&R::texto(1, 60));
        /// Group.
        grupo "grupo": Option<String> => R::texto(1, 60);
        /// Whether it is in use; removing makes it inactive.
        situacao "situacao": Option<crate::model::SituacaoCliente> => R::opcao(SituacaoCliente::NOMES).resposta();
        /// When it was created.
        criado_em "criadoEm": Option<Timestamp> => R::data_hora().resposta();
        /// When it was last changed.
        alterado_em "alteradoEm": Option<Timestamp> => R::data_hora().resposta();
    }
    regras = regras::cliente
}
