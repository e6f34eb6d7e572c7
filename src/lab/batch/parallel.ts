// GNU parallel, and the processes of this machine: the parts side by side, round after round.

import { type Job, lines, type Scripts, shell, type Writer } from './script.ts'

/** A script that makes all parts of a round by `parts`, and collects; again while further rounds open. */
function rounds({ name, what, program, collect, directory }: Job, file: string, how: string, parts: string,
  notes: readonly string[]): Scripts
{
  const text = `#!/bin/bash
# ${name}: ${what}, ${how}. The same command goes on where it was stopped.
while :; do
  ${parts.replaceAll('\n', '\n  ')}
  ${lines(shell(program), shell(collect)).replaceAll('\n', '\n  ')}
  status=$?
  # A round is whole and opens the next.
  [ $status -eq 4 ] || exit $status
done
`
  return { files: [{ name: file, text, isExecutable: true }], submit: shell(['bash', `${directory}/${file}`]), notes }
}

const part = ({ program, make, parts }: Job): string =>
  lines(shell(program), shell(make), `--jobs 1 --part {}/${parts}`)

/** GNU parallel: what its log calls done is not started again. */
export const parallel: Writer = (job) =>
  rounds(job, 'parallel.sh', 'by GNU parallel', `# A log per round: what it calls done is not started again.
round=$(ls ${shell([`${job.runs}/plans/${job.name}`])}.round-* 2> /dev/null | wc -l)
seq ${job.parts} | parallel --jobs "\${JOBS:-100%}" --joblog ${
    shell([`${job.directory}/round-`])
  }"$round.log" --resume-failed \\
  ${part(job)}`, [
    'JOBS=4 before the command limits the processes; for several machines add --sshlogin HOSTS to parallel and share the '
    + 'directory of records',
    `what parallel has done: ${job.directory}/round-N.log`,
  ])

/** As many processes as there are processors, without any scheduler. */
export const local: Writer = (job) =>
  rounds(job, 'local.sh', 'by processes of this machine',
    `seq ${job.parts} | xargs -P "\${JOBS:-$(getconf _NPROCESSORS_ONLN)}" -I{} \\
  ${part(job)}`, ['JOBS=4 before the command limits the processes'])
