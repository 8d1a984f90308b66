/** @file The works that a methods paragraph may cite, with their BibTeX. */

export type ReferenceKey = 'ThibeauSutre2022' | 'Wen2020' | 'Routier2021' | 'Paszke2019';

interface Reference {
  /** As the text cites it. */
  readonly cited: string;
  readonly bibtex: string;
}

const entry = (kind: string, key: ReferenceKey, fields: Readonly<Record<string, string>>): string =>
  `@${kind}{${key},\n${Object.entries(fields)
    .map(([name, value]) => `  ${name} = {${value}}`)
    .join(',\n')}\n}`;

export const references: Readonly<Record<ReferenceKey, Reference>> = {
  ThibeauSutre2022: {
    cited: 'Thibeau-Sutre et al., 2022',
    bibtex: entry('article', 'ThibeauSutre2022', {
      author:
        "Thibeau-Sutre, Elina and D{\\'i}az, Mauricio and Hassanaly, Ravi and Routier, Alexandre and Dormont, Didier and Colliot, Olivier and Burgos, Ninon",
      title: '{ClinicaDL}: An open-source deep learning software for reproducible neuroimaging processing',
      journal: 'Computer Methods and Programs in Biomedicine',
      volume: '220',
      pages: '106818',
      year: '2022',
      doi: '10.1016/j.cmpb.2022.106818',
    }),
  },
  Wen2020: {
    cited: 'Wen et al., 2020',
    bibtex: entry('article', 'Wen2020', {
      author:
        "Wen, Junhao and Thibeau-Sutre, Elina and Diaz-Melo, Mauricio and Samper-Gonz{\\'a}lez, Jorge and Routier, Alexandre and Bottani, Simona and Dormont, Didier and Durrleman, Stanley and Burgos, Ninon and Colliot, Olivier",
      title: "Convolutional neural networks for classification of {Alzheimer's} disease: Overview and reproducible evaluation",
      journal: 'Medical Image Analysis',
      volume: '63',
      pages: '101694',
      year: '2020',
      doi: '10.1016/j.media.2020.101694',
    }),
  },
  Routier2021: {
    cited: 'Routier et al., 2021',
    bibtex: entry('article', 'Routier2021', {
      author: "Routier, Alexandre and Burgos, Ninon and D{\\'i}az, Mauricio and others",
      title: '{Clinica}: An open-source software platform for reproducible clinical neuroscience studies',
      journal: 'Frontiers in Neuroinformatics',
      volume: '15',
      pages: '689675',
      year: '2021',
      doi: '10.3389/fninf.2021.689675',
    }),
  },
  Paszke2019: {
    cited: 'Paszke et al., 2019',
    bibtex: entry('inproceedings', 'Paszke2019', {
      author: 'Paszke, Adam and Gross, Sam and Massa, Francisco and others',
      title: '{PyTorch}: An imperative style, high-performance deep learning library',
      booktitle: 'Advances in Neural Information Processing Systems',
      volume: '32',
      pages: '8024--8035',
      year: '2019',
    }),
  },
};
