/** @file Errors about whole studies: folders with splits, groups that are predicted, what a training has seen. */

export const studyRows = {
  'splits-elsewhere': {
    kind: 'options',
    sentence: '"{path}" is {found}; expected was {expected}.',
    hint: 'Give {give} instead.',
  },
  'table-above': {
    kind: 'data',
    sentence:
      'The table "{file}" above the splits was not taken: {problem} The list groups/train+validation.tsv has the sessions of the splits only.',
    hint: 'Leave it so if the table has nothing to do with these splits; otherwise mend it before training again.',
  },
  'split-incomplete': {
    kind: 'data',
    sentence: 'The folder "{folder}" has {tables}, but not {missing}, which this training needs.',
    hint: 'Make that table: {way}.',
  },
  'maps-not-available': {
    kind: 'options',
    sentence: '"{maps}" is a training with {option} = {value}, which is not available here.',
    hint: 'Choose a MAPS with {available}, or run this command with ClinicaDL in Python.',
  },
  'export-ending': {
    kind: 'options',
    sentence: '"{path}" is no name of an ONNX file.',
    hint: 'Give the file a name that ends with .onnx.',
  },
  'export-exists': {
    kind: 'options',
    sentence: 'There is a "{path}" already.',
    hint: 'Choose another name, or add --overwrite to replace it.',
  },
  'report-ending': {
    kind: 'options',
    sentence: '"{path}" is no name of a report.',
    hint: 'Give the file a name that ends with .tsv or .txt.',
  },
  'leak-tables-missing': {
    kind: 'options',
    sentence: '"{path}" is no MAPS, and has no table of participants and sessions.',
    hint: 'Give a MAPS, or the folder in which "tsvtools split" or "tsvtools kfold" wrote its tables.',
  },
  'describe-ending': {
    kind: 'options',
    sentence: '"{path}" is no name of a Markdown file.',
    hint: 'Give the file a name that ends with .md.',
  },
  'describe-nothing': {
    kind: 'options',
    sentence: '"{path}" is no MAPS, and as a CAPS it does not tell which extraction is meant; found: {found}.',
    hint: 'Give a MAPS, or a CAPS with --extract_json and the name of one of its extractions, which "clinicadl prepare-data" writes.',
  },
  'export-too-large': {
    kind: 'options',
    sentence: 'The weights take {size} GB, and an ONNX file holds 2 GB.',
    hint: 'Export a smaller network: a smaller input or latent space has fewer weights.',
  },
  'save-unfit': {
    kind: 'options',
    sentence: '{option} cannot be done with "{maps}": {reason}.',
    hint: 'Leave out {option}, or choose a MAPS of a reconstruction whose network has what it saves.',
  },
  'affine-unknown': {
    kind: 'data',
    sentence:
      'The place in space of {count} sessions is not known, since their CAPS has tensors alone: {sessions}. Their NIfTI files have voxels of 1 mm from 0 on.',
    hint: 'Put the NIfTI images into the CAPS and run the command again.',
  },
  'places-differ': {
    kind: 'data',
    sentence:
      'The images of the group "{group}" do not lie in the same place: that of {session} differs from the first. The NIfTI file of their mean map lies where the first image does.',
    hint: 'Give --save_individual to get the map of each image in its own place.',
  },
  'interpretation-exists': {
    kind: 'options',
    sentence: 'There is an interpretation "{name}" of the group "{group}" already: {folder}.',
    hint: 'Give --overwrite_name to replace it, or choose another name.',
  },
  'interpretation-missing': {
    kind: 'data',
    sentence: 'There is no "{path}" to read.',
    hint: 'Run interpret {way}.',
  },
  'splits-exist': {
    kind: 'options',
    sentence: 'The MAPS "{maps}" has split(s) {splits} already.',
    hint: 'Give overwrite as true to train them anew, or split_list with others.',
  },
  'split-not-begun': {
    kind: 'options',
    sentence: 'Split(s) {splits} of the MAPS "{maps}" were not interrupted: they are finished, or were not begun.',
    hint: 'Leave them out of split_list; train begins splits.',
  },
  'interpret-unfit': {
    kind: 'options',
    sentence: 'The network {architecture} cannot be explained by {method}: {reason}.',
    hint: 'Choose {instead}.',
  },
  'target-node': {
    kind: 'options',
    sentence: 'The target node is {node}, and the network has {outputs} output(s), counted from 0.',
    hint: 'Choose --target_node from 0 to {last}.',
  },
  'augmentation-unfit': {
    kind: 'options',
    sentence: 'The augmentation {name} cannot be done with these elements: {reason}.',
    hint: 'Leave out {name} of --data_augmentation.',
  },
  'adaptation-network': {
    kind: 'options',
    sentence: '--ssda_network adapts the network {network}, and the architecture is {architecture}.',
    hint: 'Give --architecture {network}, or leave out --ssda_network.',
  },
  'adaptation-alone': {
    kind: 'options',
    sentence: '{architecture} has a head for each of two domains, and is trained with --ssda_network only.',
    hint: 'Choose --architecture Conv5_FC3, or add --ssda_network with the CAPS and the tables of the second domain.',
  },
  'adaptation-unfit': {
    kind: 'options',
    sentence: '{option} cannot be combined with --ssda_network: {reason}.',
    hint: 'Leave out {option}.',
  },
  'adaptation-batches': {
    kind: 'options',
    sentence:
      'No step can be made: each takes whole batches of {batch} from the source, which has {source} samples, and from the unlabelled target, which has {unlabelled}.',
    hint: 'Give --batch_size {largest} or less.',
  },
  'domain-missing': {
    kind: 'data',
    sentence: '{count} of {total} sessions of the table "{path}" have no domain: {sessions}.',
    hint: 'Give the table a column domain with t1 or flair in each row.',
  },
  'domain-unknown': {
    kind: 'data',
    sentence: 'The column domain of the table "{path}" has {found}; expected was t1 or flair in each row.',
    hint: 'Write t1 or flair into the column domain.',
  },
  'target-extraction': {
    kind: 'data',
    sentence: 'The file "{file}" of the target CAPS "{caps}" describes {found}, and that of the source {expected}.',
    hint: 'Give --preprocessing_dict_target with a JSON file of {expected} of the same size, or make one with prepare-data.',
  },
  'target-leakage': {
    kind: 'data',
    sentence:
      'In split {split}, {count} participants of {validated} are also in {seen}: {participants}. Their validation says nothing about new people.',
    hint: 'Take these participants out of one of the two tables, unless other people have the same names.',
  },
  'target-twice': {
    kind: 'data',
    sentence:
      '{count} participants of the unlabelled table "{path}" are labelled in the training of the target, too: {participants}.',
    hint: 'Take them out of the unlabelled table, if they are to be learnt from once.',
  },
  'multi-network-single': {
    kind: 'options',
    sentence:
      '--multi_network trains one network for each patch, slice or region, and an image of "{json}" ({mode}) has only one.',
    hint: 'Leave out --multi_network, or give the JSON file of a "prepare-data patch", "slice" or "roi" with several elements.',
  },
  'network-number': {
    kind: 'options',
    sentence: 'The splits of the MAPS "{maps}" have one network for each element, and {asked} was asked for.',
    hint: 'Give network (--network on a line) with a number from 0 to {last}.',
  },
  'network-single': {
    kind: 'options',
    sentence: 'The splits of the MAPS "{maps}" have one network, number 0, and number {network} was asked for.',
    hint: 'Leave out network (--network on a line).',
  },
  'weights-missing': {
    kind: 'data',
    sentence: 'The MAPS "{maps}" has no file "{file}" with the weights of a network.',
    hint: 'Put it back from a copy of this MAPS, choose the networks of another metric or split, or train split {split} again by "train resume" with --split {split} --anew.',
  },
  'elements-differ': {
    kind: 'data',
    sentence: 'The MAPS has networks for {trained} patches, slices or regions, and an image of "{caps}" has {found}.',
    hint: 'Choose a CAPS whose images were preprocessed as those of the training.',
  },
  'network-rows-missing': {
    kind: 'data',
    sentence: 'The table "{path}" does not have the results of the networks before number {network}, which were written there.',
    hint: 'Put the file back as it was, or remove the folder "{split}" and resume: the split is then trained again.',
  },
  'training-log-columns': {
    kind: 'data',
    sentence: 'The log "{file}" has {problem}; this training cannot write such rows.',
    hint: 'Rename that file and resume again: the training then begins a new log.',
  },
  'inputs-unlike-training': {
    kind: 'data',
    sentence:
      '{count} of the {total} inputs of the group "{group}" are brighter or darker than those that {trained} was trained on: {sessions}. At its worst, the {percent} % quantile of the voxels is {value}, and was {least} to {greatest} there; told is what lies further outside than the training inputs lie apart ({apart}).',
    hint: 'Check that these images were preprocessed as those of the training.',
  },
  'voxels-unlike-training': {
    kind: 'data',
    sentence: 'The voxels of the first image of the group "{group}" measure {found} mm, and {trained} mm in the training.',
    hint: 'Check that these images were preprocessed as those of the training.',
  },
  'leak-check-left-out': {
    kind: 'data',
    sentence:
      'The leak check of the group "{group}" cannot be made: the training list was left out. Results of people who were in the training are too good.',
    hint: 'Ask whoever trained the model whether somebody of this group was in its training.',
  },
  'group-left-out': {
    kind: 'data',
    sentence: 'The group "{group}" is not in "{maps}": it was left out when the model was handed over.',
    hint: 'Give a new group another name, with --caps_directory and --participants_tsv.',
  },
  'maps-predict-only': {
    kind: 'data',
    sentence: '"{maps}" is a model that was handed over to predict with; what a training goes on from was left out.',
    hint: 'Run a training of your own that begins with its networks, by "--transfer_path {typed}".',
  },
  'predict-only-value': {
    kind: 'data',
    sentence: 'In "{file}" of a model that was handed over, {key} is {found}; {expected} was expected.',
    hint: 'Copy the folder again from where it was written, or ask for it again.',
  },
  'export-left-out': {
    kind: 'options',
    sentence: '"{maps}" has no identifiers to include: the training list was left out when the model was handed over.',
    hint: 'Leave out --include_identifiers.',
  },
  'export-names': {
    kind: 'data',
    sentence: 'The file "{file}" would tell "{found}", which names a participant of "{maps}" or where their images lie.',
    hint: 'Give --include_identifiers if whoever gets the folder may know it.',
  },
  'summary-value': {
    kind: 'data',
    sentence: 'In the summary of the training images "{file}", {key} is {found}; {expected} was expected.',
    hint: 'Remove this file: the network does its work without, and new images are then not compared with those of the training.',
  },
  'data-leakage-caps': {
    kind: 'data',
    sentence: 'The group "{group}" is all of "{caps}", and {count} participant(s) there are training data: {participants}.',
    hint: 'Give --participants_tsv with a table of the other participants and their sessions.',
  },
  'group-caps-empty': {
    kind: 'data',
    sentence: 'No session of the CAPS "{caps}" has an image "{pattern}", which the network was trained on.',
    hint: 'Choose a CAPS with images that were preprocessed as those of the training.',
  },
  'group-leaks': {
    kind: 'data',
    sentence:
      'The group "{group}" shares {count} participant(s) with the training data: {participants}. Its results do not say how the network does on new people.',
    hint: 'Give --overwrite, --caps_directory and a table without these participants to define the group anew.',
  },
  'seen-unsure': {
    kind: 'data',
    sentence:
      '{count} participant(s) of the group "{group}" stand in groups/train+validation.tsv of the MAPS, but in no train or validation table of its splits: {participants}. They are taken as new people.',
    hint: 'Take them out of the table of the group if they were used in the training in another way.',
  },
  'path-guessed': {
    kind: 'data',
    sentence: 'The MAPS remembers "{path}"; "{found}" is taken for it.',
    hint: 'Check that it is the same study; if not, open the folder in which the training was started.',
  },
  'older-results-value': {
    kind: 'data',
    sentence: 'In the commandline.json of "{results}" {key} is {found}; {expected} was expected.',
    hint: 'Copy the file again from where the training ran.',
  },
  'older-table-damaged': {
    kind: 'data',
    sentence: '"{file}" is not whole: {problem}.',
    hint: 'Copy the file again from where the training ran.',
  },
  'maps-extraction': {
    kind: 'data',
    sentence: 'The extraction that a training remembers, under preprocessing_dict, cannot be read. {problem}',
    hint: 'Put back the maps.json that the training wrote, or choose another MAPS.',
  },
  'maps-folds': {
    kind: 'data',
    sentence:
      'The splits of "{maps}" lie in folders called fold-0, fold-1, …, as older versions wrote them; such a MAPS is read, and a training goes on in folders called split-0, split-1, ….',
    hint: 'Rename these folders, in "{maps}" and in its groups/train and groups/validation, to split-0, split-1, … and resume again.',
  },
  'run-copied': {
    kind: 'data',
    sentence:
      '"{maps}" is a copy of "{original}", whose training is not over: the state that the browser keeps belongs to that one, and the copy goes on from its own files.',
    hint: 'Resume "{original}" to go on from that state.',
  },
  'run-older': {
    kind: 'data',
    sentence:
      'The state that the browser keeps of the run belongs to epoch {kept} of split {split}, and the files of the MAPS end with epoch {found} (counted from 1).',
    hint: 'Keep the folder tmp of this split: the training goes on from the files in it.',
  },
  'job-impossible': {
    kind: 'options',
    sentence: 'ClinicaDL 1.6.1 in Python cannot do this training: {reason}.',
    hint: 'Train it here, or for a job on a cluster {way}.',
  },
  'job-tensors': {
    kind: 'data',
    sentence:
      'By the tensors of whole images ClinicaDL 1.6.1 finds those of each {mode}; they are missing for {count} of {total} sessions: {sessions}.',
    hint: 'Prepare them with "{line}".',
  },
  'job-twice': {
    kind: 'options',
    sentence: 'A job is for one training, and both a line and the MAPS "{maps}" were given.',
    hint: 'Leave out --line to go on with that MAPS, or --maps to begin anew.',
  },
  'job-command': {
    kind: 'options',
    sentence:
      'A job is made of a line that begins with train classification, train regression or train reconstruction; found was "{line}".',
    hint: 'Give such a line; what another command would train is told with --config_file and its maps.json, and an interrupted training with --maps.',
  },
} as const;
