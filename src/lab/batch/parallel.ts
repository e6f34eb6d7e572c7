// GNU parallel, and the processes of this machine: the parts side by side, round after round.

import { type Job, type Scripts, shell, type Writer } from './script.ts'

/** A script that makes all parts of a round by `parts`, and collects; again while further rounds open. */
function rounds({ name, what, program, collect, directory }: Job, file: string, how: string, parts: string,
  notes: readonly string[]): Scripts
{
  const text = `#!/bin/bash
# ${name}: ${what}, ${how}. The same command goes on where it was stopped.
cd ${shell([directory])} || exit
round=1
while :; do
  ${parts}
  ${shell([...program, ...collect])}
  status=$?
  # A round is whole and opens the next.
  [ $status -eq 4 ] || exit $status
  round=$((round + 1))
done
`
  return { files: [{ name: file, text, isExecutable: true }], submit: shell(['bash', `${directory}/${file}`]), notes }
}

/** GNU parallel: what its log calls done is not started again. */
export const parallel: Writer = (job) =>
  rounds(job, 'parallel.sh', 'by GNU parallel',
    `seq ${job.parts} | parallel --jobs "\${JOBS:-100%}" --joblog "round-$round.log" --resume-failed \\
    ${shell([...job.program, ...job.make])} --jobs 1 --part {}/${job.parts}`, [
    'JOBS=4 before the command limits the processes; for several machines add --sshlogin HOSTS to parallel and share the '
    + 'directory of records',
    `what parallel has done: ${job.directory}/round-N.log`,
  ])

/** As many processes as there are processors, without any scheduler. */
export const local: Writer = (job) =>
  rounds(job, 'local.sh', 'by processes of this machine', `seq ${job.parts} | xargs -P "\${JOBS:-$(nproc)}" -I{} \\
    ${shell([...job.program, ...job.make])} --jobs 1 --part {}/${job.parts}`, [
    'JOBS=4 before the command limits the processes',
  ])
